import { execFileSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Ask } from './plugins/asker.ts'
import {
  acting,
  createManager,
  custom,
  isAlive,
  lawHolds,
  load,
  loadActor,
  statsOf,
  tempFolder,
  until,
  untilState,
  writePlugin,
} from './support.ts'

test('a message that is too large is refused, and its receiver lives', async () => {
  const manager = await createManager()
  await load(manager, 'idle')
  const asks: Ask[] = [{ ask: 'send', to: 'idle', type: 't', padding: 1_000_000 }]
  await load(manager, 'loud', { plugin: 'asker' }, { config: { asks } })
  expect(await manager.getPluginStatus('loud')).toMatchObject({ outcomes: ['TOO_LARGE'] })
  const send = (data: unknown) =>
    manager.sendMessageToPlugin({ from: 'host', to: 'idle', type: 't', data: data as never })
  await expect(send('x'.repeat(2_000_000))).rejects.toMatchObject({ code: 'TOO_LARGE' })
  await expect(send(1n)).rejects.toMatchObject({ code: 'MESSAGE_INVALID' })
  await expect(manager.updatePluginConfig('idle', { big: 'x'.repeat(2_000_000) })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    details: [{ rule: 'maxLength' }],
  })
  expect(manager.getPlugin('idle')!.state).toBe('active')
})

test('a plugin that publishes or logs too much at once is told so, and lives', async () => {
  const manager = await createManager()
  const asks: Ask[] = [
    { ask: 'log', padding: 5_000_000 },
    { ask: 'publish', event: { type: 'big' }, padding: 3_000_000 },
  ]
  await load(manager, 'loud', { plugin: 'asker' }, { config: { asks } })
  expect(await manager.getPluginStatus('loud')).toMatchObject({ outcomes: ['ok', 'TOO_LARGE'] })
})

test('[SH1.a] after close nothing starts any more', async () => {
  const manager = await createManager({ closeMs: 300 })
  await loadActor(manager, 'one', { stop: { act: 'wait', ms: 2_000 } })
  const disabling = manager.disablePlugin('one')
  const enabling = manager.enablePlugin('one')
  const refused = expect(enabling).rejects.toMatchObject({ code: expect.stringMatching(/MANAGER_CLOSED|ABORTED/) })
  await manager.close()
  await refused
  await disabling
  await expect(manager.enablePlugin('one')).rejects.toMatchObject({ code: 'MANAGER_CLOSED' })
  await expect(manager.updatePluginConfig('one', {})).rejects.toMatchObject({ code: 'MANAGER_CLOSED' })
  expect(manager.getPlugin('one')).toMatchObject({ state: 'loaded', pid: null })
})

test('[SH1.b] a broadcast settles even when its plugin is killed by close', async () => {
  const manager = await createManager({ closeMs: 300 })
  await loadActor(manager, 'loop')
  const outcome = manager.broadcastEvent(acting({ act: 'loop for ever' }))
  await until(() => statsOf(manager, 'loop').inFlight === 1)
  await manager.close()
  expect(await outcome).toEqual({ delivered: 0, failed: 1, dropped: 0 })
  expect(statsOf(manager, 'loop')).toMatchObject({ inFlight: 0, inDoubt: 1 })
  expect(lawHolds(statsOf(manager, 'loop'))).toBe(true)
})

test('[PM1.c] the host strips no file for a plugin that the plugin could not read itself', async () => {
  const manager = await createManager()
  const outside = join(await tempFolder(), 'secret.ts')
  await writeFile(outside, 'export const secret = 42 as number')
  const loading = load(manager, 'curious', {
    code: `import { secret } from '${outside}'\nexport default { status: () => secret }`,
  })
  await expect(loading).rejects.toMatchObject({
    code: 'START_FAILED',
    message: expect.stringMatching(/reading .* is not permitted/),
  })
})

test('[LC6.g] a pipe in place of a module delays nobody', async () => {
  const manager = await createManager({ deadlines: { initializeMs: 4_500 } })
  // More than Node has threads for file operations: if the host waited for the pipes, the sixth could not be read.
  const ids = Array.from({ length: 5 }, (_, n) => `piped-${n}`)
  const loads = ids.map(async (id) => {
    const folder = await writePlugin(id, { code: 'import "./pipe.ts"' })
    execFileSync('mkfifo', [join(folder, 'pipe.ts')])
    return expect(manager.loadPlugin(folder)).rejects.toMatchObject({ code: 'HOOK_TIMEOUT' })
  })
  await Promise.all(ids.map((id) => untilState(manager, id, 'initializing')))
  await load(manager, 'well')
  expect(ids.map((id) => manager.getPlugin(id)!.state)).toEqual(ids.map(() => 'initializing'))
  await Promise.all(loads)
  for (const id of ids) expect(manager.getPlugin(id)).toMatchObject({ state: 'error', pid: null })
})

test('an asynchronous schema is refused and harms nobody', async () => {
  const manager = await createManager()
  await expect(load(manager, 'late', { configSchema: { $async: true, type: 'object' } })).rejects.toMatchObject({
    code: 'METADATA_INVALID',
  })
  await load(manager, 'well', { configSchema: { type: 'object' } })
  expect(await manager.updatePluginConfig('well', { a: 1 })).toMatchObject({ revision: 2 })
})

test.each(['ABORTED', 'HOOK_TIMEOUT'])(
  '[LC3.c] what a plugin throws is its own, also with the code %s',
  async (code) => {
    const manager = await createManager()
    const start = { act: 'throw', message: 'mine', code } as const
    await expect(loadActor(manager, 'one', { start })).rejects.toMatchObject({ code: 'START_FAILED' })
    expect(manager.getPlugin('one')).toMatchObject({ state: 'error', lastError: { thrown: { message: 'mine', code } } })
  },
)

test.each([
  ['children', false],
  ['detached children', true],
])('the %s of a plugin end with it, when it is disabled and when it crashes', async (_what, detached) => {
  const manager = await createManager()
  const permissions = ['ExecuteSyscall'] as const
  await load(manager, 'parent', { plugin: 'spawns-child', permissions }, { grant: permissions, config: { detached } })
  const childOf = async (): Promise<number> => (await manager.getPluginStatus('parent')) as number
  const first = await childOf()
  expect(isAlive(first)).toBe(true)
  await manager.disablePlugin('parent')
  await until(() => !isAlive(first))
  await manager.enablePlugin('parent')
  const child = await childOf()
  expect(isAlive(child)).toBe(true)
  manager.context.eventBus.publish(custom('x'))
  await untilState(manager, 'parent', 'error')
  await until(() => !isAlive(child))
})

test('[LC6.f] a disable in the same turn aborts an enable that has not begun', async () => {
  const manager = await createManager()
  await loadActor(manager, 'slow', { initialize: { act: 'never settle' } }, {}, { enabled: false })
  const began = performance.now()
  const enabling = manager.enablePlugin('slow')
  const refused = expect(enabling).rejects.toMatchObject({ code: 'ABORTED' })
  await manager.disablePlugin('slow')
  await refused
  expect(performance.now() - began).toBeLessThan(5_000)
  expect(manager.getPlugin('slow')!.state).toBe('loaded')
})

test('public methods check the input of their callers', async () => {
  const manager = await createManager()
  await expect(manager.loadPlugin(5 as never)).rejects.toMatchObject({ code: 'PATH_NOT_FOUND' })
  await expect(load(manager, 'one', {}, { grant: ['Everything'] as never })).rejects.toMatchObject({
    code: 'METADATA_INVALID',
  })
  await load(manager, 'one')
  expect(() => manager.setGrants('one', null as never)).toThrow(expect.objectContaining({ code: 'METADATA_INVALID' }))
  expect(() => manager.context.sharedData.set('k', 1n as never)).toThrow(
    expect.objectContaining({ code: 'SHARED_DATA_INVALID' }),
  )
  let deep: unknown = null
  for (let n = 0; n < 100_000; n += 1) deep = [deep]
  await expect(manager.broadcastEvent(custom('x', deep))).rejects.toMatchObject({ code: 'EVENT_INVALID' })
  await expect(createManager({ mailboxCapacity: 0 })).rejects.toMatchObject({
    code: 'OPTION_INVALID',
    details: { option: 'mailboxCapacity' },
  })
  await expect(createManager({ closeMs: Number.NaN })).rejects.toMatchObject({ code: 'OPTION_INVALID' })
})

test('a data folder that cannot be written does not leave a guest behind', async () => {
  const dataDir = await tempFolder()
  const warnings: string[] = []
  const manager = await createManager({ dataDir, logger: { log: (_level, message) => void warnings.push(message) } })
  // A folder in the place of the note: root could write through any mode.
  const { pid } = process
  await mkdir(join(dataDir, 'plugins'), { recursive: true })
  execFileSync('rm', ['-r', join(dataDir, 'guests')])
  await load(manager, 'one')
  const guest = manager.getPlugin('one')!.pid!
  expect(warnings.some((message) => message.includes('notes on guests'))).toBe(true)
  await manager.close()
  expect([isAlive(guest), isAlive(pid)]).toEqual([false, true])
})

test('a source that is no name is refused; many long ones fit their frames', async () => {
  const manager = await createManager()
  await load(manager, 'one', { plugin: 'counter' }, { config: { handlerMs: 1 } })
  const { eventBus } = manager.context
  for (const source of ['x'.repeat(1_100_000), '', 5 as never]) {
    expect(() => eventBus.publish({ type: 'x', source })).toThrow('source must be text')
  }
  for (let n = 0; n < 3_000; n += 1) {
    eventBus.publish({ type: 'x', data: 'y'.repeat(900), source: `${n}`.padEnd(256, 's') })
  }
  await until(() => statsOf(manager, 'one').eventsProcessed === 3_000)
  expect(manager.getPlugin('one')!.state).toBe('active')
})

test('a plugin whose sources do not fit a frame starts, or leaves no process behind', async () => {
  const manager = await createManager()
  const folder = await writePlugin('tables', {
    code: [
      "import { a } from './a.ts'",
      "import { b } from './b.ts'",
      'export default { status: () => a.length + b.length }',
    ].join('\n'),
  })
  for (const name of ['a', 'b'])
    await writeFile(join(folder, `${name}.ts`), `export const ${name}: string[] = [${'"\\"q\\"",'.repeat(40_000)}]`)
  await manager.loadPlugin(folder)
  expect(await manager.getPluginStatus('tables')).toBe(80_000)
})

test('a snapshot that nobody reads to its end, or listens to, harms nobody', async () => {
  const manager = await createManager()
  await load(manager, 'one')
  const stream = manager.heapSnapshot('one')
  await new Promise((resolve) => stream.once('data', resolve))
  await manager.restartPlugin('one')
  await until(() => stream.destroyed)
  expect(stream.errored).toMatchObject({ code: 'RECORDING_FAILED', details: { id: 'one' } })
  // Nor does one that is asked for while its guest is being settled.
  const late: Promise<unknown>[] = []
  manager.onDidChange(
    (fact) =>
      void (
        fact.type === 'dead-letter' &&
        late.push(manager.profileCpu('two').catch((error: { code: string }) => error.code))
      ),
  )
  await loadActor(manager, 'two')
  await manager.broadcastEvent(acting({ act: 'exit', code: 1 }))
  expect(await Promise.all(late)).toEqual(['RECORDING_FAILED'])
})

test('[SV1.f] a heap snapshot makes its plugin neither out of memory nor unresponsive', async () => {
  const manager = await createManager()
  await load(manager, 'large', { plugin: 'holds-objects' })
  const responsiveness: boolean[] = []
  manager.onDidChange((fact) => void (fact.type === 'responsiveness' && responsiveness.push(fact.responsive)))
  let length = 0
  for await (const text of manager.heapSnapshot('large') as AsyncIterable<string>) length += text.length
  expect(length).toBeGreaterThan(20_000_000)
  // The first measure of its heap comes with a heartbeat, as a verdict would.
  await until(() => statsOf(manager, 'large').memory?.heap != null, 'it is silent')
  expect(manager.getPlugin('large')).toMatchObject({ state: 'active', lastError: null })
  expect(responsiveness).toEqual([])
}, 60_000)
