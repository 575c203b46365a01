import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, readdir, readlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { createManager, custom, load, tempFolder, until, untilState, writePlugin } from '../support.ts'

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

const FILLER = `import { writeSync } from 'node:fs'
  const fill = () => void writeSync(6, 'x', 17 * 1_024 * 1_024)`

test('a plugin that fills the file for its state is ended, and starts with an empty one', async () => {
  const manager = await createManager()
  const code = `${FILLER}; export default { handleEvent: fill }`
  await load(manager, 'filler', { code, events: ['go'] }, { restartPolicy: 'always' })
  manager.context.eventBus.publish(custom('go'))
  await until(() => manager.getPlugin('filler')!.lastError !== null)
  expect(manager.getPlugin('filler')!.lastError!.message).toContain('17825793 bytes in the file for its state')
  await untilState(manager, 'filler', 'active')
  const { pid } = manager.getPlugin('filler')!
  // Two looks at the file later.
  await new Promise((resolve) => setTimeout(resolve, 1_200))
  expect(manager.getPlugin('filler')).toMatchObject({ state: 'active', pid })
})

test('a version that keeps filling that file goes back, although the one that stands by is suspected first', async () => {
  const manager = await createManager()
  await load(manager, 'one')
  const code = `${FILLER}; setInterval(fill, 50); export default {}`
  await manager.updatePlugin('one', { path: await writePlugin('one', { version: '1.1.0', code }) })
  await until(() => manager.getPlugin('one')!.update!.phase === 'rolled-back')
  expect(manager.getPlugin('one')).toMatchObject({ state: 'active', metadata: { version: '1.0.0' } })
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
