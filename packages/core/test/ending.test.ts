import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { PluginManager } from '../src/index.ts'
import type { Act, ActorConfig } from './plugins/actor.ts'
import { acting, createManager, custom, isAlive, loadActor, tempFolder, until, writePlugin } from './support.ts'

test('[SH1.a] close stops in reverse dependency order; afterwards nothing is alive', async () => {
  const manager = await createManager()
  const stopped: string[] = []
  manager.onDidChange((fact) => fact.type === 'log' && stopped.push(fact.message))
  const config = (id: string): ActorConfig => ({ stop: { act: 'log', message: id, afterMs: 50 } })
  await loadActor(manager, 'base', config('base'))
  await loadActor(manager, 'middle', config('middle'), { dependencies: { base: '*' } })
  await loadActor(manager, 'top', config('top'), { dependencies: { middle: '*' } })
  const pids = manager.getAllPlugins().map(({ pid }) => pid!)
  await manager.close()
  expect(stopped).toEqual(['top', 'middle', 'base'])
  expect(pids.filter(isAlive)).toEqual([])
  await expect(manager.broadcastEvent(custom('x'))).rejects.toMatchObject({ code: 'MANAGER_CLOSED' })
})

test('[SH1.b] what does not stop by the deadline is killed', async () => {
  const manager = await createManager({ closeMs: 300 })
  await loadActor(manager, 'loop', {}, { events: ['loop'] })
  await loadActor(manager, 'never', { stop: { act: 'never settle' } }, { events: [] })
  void manager.broadcastEvent(acting({ act: 'loop for ever' }, 'loop'))
  const pids = manager.getAllPlugins().map(({ pid }) => pid!)
  const began = performance.now()
  await manager.close()
  // The default deadline is 10 s, and that of `stop` 5 s.
  expect(performance.now() - began).toBeLessThan(4_000)
  expect(pids.filter(isAlive)).toEqual([])
})

/** A host of its own with one actor, which has said that it is about to perform the act. */
async function startHost(dataDir: string, act: Act): Promise<{ kill: () => Promise<void>; guest: number }> {
  const plugin = await writePlugin('guest', { plugin: 'actor' })
  const script = join(await tempFolder(), 'host.mjs')
  const core = new URL('../dist/index.js', import.meta.url).href
  await writeFile(
    script,
    `import { PluginManager } from ${JSON.stringify(core)}
     const manager = new PluginManager('vm', { dataDir: ${JSON.stringify(dataDir)} })
     await manager.loadPlugin(${JSON.stringify(plugin)})
     manager.onDidChange((fact) => {
       if (fact.type === 'log') console.log(manager.getPlugin('guest').pid)
     })
     for (const data of [{ act: 'log', message: 'now' }, ${JSON.stringify(act)}])
       manager.context.eventBus.publish({ type: 'go', data })
     setInterval(() => {}, 1000)`,
  )
  const host = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const guest = await new Promise<number>((resolve, reject) => {
    host.stdout.once('data', (text: Buffer) => resolve(Number(text.toString())))
    host.once('exit', (code) => reject(new Error(`the host ended with ${code}`)))
  })
  const kill = async (): Promise<void> => {
    const ended = once(host, 'exit')
    host.kill('SIGKILL')
    await ended
  }
  return { guest, kill }
}

test.each([
  ['idles', 'return'],
  ['spins', 'loop for ever'],
  ['sits in native code', 'derive a key'],
] as const)('[SV2.a] a guest whose host is killed is gone within 2 s while its plugin %s', async (_how, act) => {
  const { guest, kill } = await startHost(await tempFolder(), { act })
  expect(isAlive(guest)).toBe(true)
  await kill()
  const deadline = performance.now() + 2_000
  await until(() => !isAlive(guest) || performance.now() > deadline)
  expect(isAlive(guest)).toBe(false)
})

test('[SV2.b] a guest that was stopped when its host died is swept at the next start', async () => {
  const dataDir = await tempFolder()
  const { guest, kill } = await startHost(dataDir, { act: 'return' })
  process.kill(guest, 'SIGSTOP')
  await kill()
  expect(isAlive(guest)).toBe(true)
  const next = new PluginManager('vm', { dataDir })
  await until(() => !isAlive(guest))
  await next.close()
})

test('[SV2.b] a sweep does not kill another process that has the pid of a former guest', async () => {
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

test('[SH1.a] a host that never answers whether a config is stored holds no close up', async () => {
  const manager = new PluginManager('vm-test', { dataDir: await tempFolder(), closeMs: 500 })
  await loadActor(manager, 'one')
  const pid = manager.getPlugin('one')!.pid!
  void manager.updatePluginConfig('one', {}, { persist: () => new Promise(() => {}) }).catch(() => {})
  await manager.close()
  expect(isAlive(pid)).toBe(false)
})
