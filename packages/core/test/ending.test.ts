import { spawn } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { PluginManager } from '../src/index.ts'
import { createManager, custom, isAlive, load, tempFolder, until, writePlugin } from './support.ts'

test('[SH1.a] close stops in reverse dependency order; afterwards nothing is alive', async () => {
  const manager = await createManager()
  const stopped: string[] = []
  manager.onDidChange((fact) => fact.type === 'log' && stopped.push(fact.message))
  const methods = (id: string) =>
    `async stop() { await new Promise((resolve) => setTimeout(resolve, 50)); context.logger.info('${id}') }`
  await load(manager, 'base', { methods: methods('base') })
  await load(manager, 'middle', { methods: methods('middle'), dependencies: { base: '*' } })
  await load(manager, 'top', { methods: methods('top'), dependencies: { middle: '*' } })
  const pids = manager.getAllPlugins().map(({ pid }) => pid!)
  await manager.close()
  expect(stopped).toEqual(['top', 'middle', 'base'])
  expect(pids.filter(isAlive)).toEqual([])
  await expect(manager.broadcastEvent(custom('x'))).rejects.toMatchObject({ code: 'MANAGER_CLOSED' })
})

test('[SH1.b] what does not stop by the deadline is killed', async () => {
  const manager = await createManager({ closeMs: 300 })
  await load(manager, 'loop', { methods: 'handleEvent() { for (;;); }' })
  await load(manager, 'never', { methods: 'stop: () => new Promise(() => {})' })
  void manager.broadcastEvent(custom('x'))
  const pids = manager.getAllPlugins().map(({ pid }) => pid!)
  await manager.close()
  expect(pids.filter(isAlive)).toEqual([])
})

/** A host of its own that loads one plugin, prints its guest's pid and stays. */
async function startHost(plugin: string, dataDir: string): Promise<{ kill: () => void; guest: number }> {
  const script = join(await tempFolder(), 'host.mjs')
  const core = new URL('../dist/index.js', import.meta.url).href
  await writeFile(
    script,
    `import { PluginManager } from ${JSON.stringify(core)}
     const manager = new PluginManager('vm', { dataDir: ${JSON.stringify(dataDir)} })
     await manager.loadPlugin(${JSON.stringify(plugin)})
     console.log(manager.getPlugin('guest').pid)
     manager.context.eventBus.publish({ type: 'go', data: null })
     setInterval(() => {}, 1000)`,
  )
  const host = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const guest = await new Promise<number>((resolve, reject) => {
    host.stdout.once('data', (text: Buffer) => resolve(Number(text.toString())))
    host.once('exit', (code) => reject(new Error(`the host ended with ${code}`)))
  })
  return { guest, kill: () => void host.kill('SIGKILL') }
}

test.each([
  ['idles', ''],
  ['spins', 'for (;;);'],
  ['sits in native code', 'process.getBuiltinModule("node:crypto").pbkdf2Sync("a", "b", 50_000_000, 64, "sha512")'],
])('[SV2.a] a guest whose host is killed is gone within 2 s while its plugin %s', async (_how, act) => {
  const plugin = await writePlugin('guest', { methods: `handleEvent() { ${act} }` })
  const { guest, kill } = await startHost(plugin, await tempFolder())
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(isAlive(guest)).toBe(true)
  kill()
  const deadline = Date.now() + 2_000
  await until(() => !isAlive(guest) || Date.now() > deadline)
  expect(isAlive(guest)).toBe(false)
})

test('[SV2.b] a guest that was stopped when its host died is swept at the next start', async () => {
  const dataDir = await tempFolder()
  const { guest, kill } = await startHost(await writePlugin('guest'), dataDir)
  process.kill(guest, 'SIGSTOP')
  kill()
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(isAlive(guest)).toBe(true)
  const next = new PluginManager('vm', { dataDir })
  await until(() => !isAlive(guest))
  await next.close()
})

test('[SV2.b] a sweep leaves alone what only has the number of a guest', async () => {
  const dataDir = await tempFolder()
  const bystander = spawn('sleep', ['30'])
  await mkdir(join(dataDir, 'guests'))
  await writeFile(
    join(dataDir, 'guests', `${bystander.pid}.json`),
    JSON.stringify({ pid: bystander.pid, startTime: 1, hostPid: 1, hostStartTime: 1 }),
  )
  const manager = new PluginManager('vm', { dataDir })
  await manager.close()
  expect(isAlive(bystander.pid!)).toBe(true)
  bystander.kill()
})
