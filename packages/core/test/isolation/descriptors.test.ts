import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, readdir, readlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { createManager, custom, load, tempFolder, untilState, writePlugin } from '../support.ts'

const INHERITED_FD = 20

test('[PM1.c] a descriptor that the host was started with is not open in a guest', async () => {
  const folder = await tempFolder()
  const secret = join(folder, 'secret')
  await writeFile(secret, 'a secret of the host')
  const plugin = await writePlugin('reader', { plugin: 'reads-descriptors' })
  const script = join(folder, 'host.mjs')
  await writeFile(
    script,
    `import { readSync } from 'node:fs'
     import { PluginManager } from ${JSON.stringify(new URL('../../dist/index.js', import.meta.url).href)}
     const manager = new PluginManager('vm', { dataDir: ${JSON.stringify(join(folder, 'data'))} })
     await manager.loadPlugin(${JSON.stringify(plugin)})
     const own = Buffer.alloc(64)
     const host = own.toString('utf8', 0, readSync(${INHERITED_FD}, own, 0, 64, 0))
     console.log(JSON.stringify({ host, guest: await manager.getPluginStatus('reader') }))
     await manager.close()`,
  )
  await using file = await open(secret)
  const unused = Array.from({ length: INHERITED_FD - 3 }, () => 'ignore' as const)
  const host = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script], {
    stdio: ['ignore', 'pipe', 'inherit', ...unused, file.fd],
  })
  const [output] = await Promise.all([text(host.stdout!), once(host, 'exit')])
  expect(JSON.parse(output)).toEqual({ host: 'a secret of the host', guest: [] })
})

test('a plugin that fills the file for its state is ended', async () => {
  const manager = await createManager()
  const code = `import { writeSync } from 'node:fs'
    export default { handleEvent: () => void writeSync(6, 'x', 17 * 1_024 * 1_024) }`
  await load(manager, 'filler', { code, events: ['go'] }, { restartPolicy: 'never' })
  manager.context.eventBus.publish(custom('go'))
  await untilState(manager, 'filler', 'error')
  expect(manager.getPlugin('filler')!.lastError!.message).toContain('17825793 bytes in the file for its state')
})

test('the file for the state of a plugin has no name, and goes with the plugin', async () => {
  const manager = await createManager()
  const path = await writePlugin('one')
  const before = await stateFiles()
  await manager.loadPlugin(path)
  const [file, ...others] = (await stateFiles()).filter((one) => !before.includes(one))
  expect(file).toContain('(deleted)')
  expect(others).toEqual([])
  await manager.restartPlugin('one')
  expect(await stateFiles()).toContain(file)
  await manager.unloadPlugin('one')
  expect(await stateFiles()).not.toContain(file)
})

/** Those that this process has open. */
async function stateFiles(): Promise<string[]> {
  const files = await Promise.all(
    (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
  )
  return files.filter((file) => file.includes('/.state-'))
}
