import { expect, test } from 'vitest'
import { canTransition } from '../src/plugin/state.ts'
import type { PluginState } from '../src/index.ts'
import { isAlive, createManager, custom, lawHolds, statsOf, writePlugin } from './support.ts'
import { times } from './soak.ts'

const IDS = Array.from({ length: 20 }, (_, n) => `p${n}`)
const CALLERS = 10
const ROUNDS = times(20, 1_000)
/** What an operation may be refused with when others come in between. */
const EXPECTED = [
  'ABORTED',
  'PLUGIN_NOT_FOUND',
  'ILLEGAL_TRANSITION',
  'START_FAILED',
  'PLUGIN_CRASHED',
  'CONFIG_CONFLICT',
  'HAS_DEPENDENTS',
  'DEPENDENCY_UNMET',
  'PLUGIN_EXISTS',
]

test('[LC1.a] [EV8.d] random operations from many callers: only allowed transitions, exact accounts, no process left', async () => {
  const manager = await createManager({ restartPolicy: 'on-crash', restartsPerMinute: 10_000 })
  const seed = Number(process.env.PLUGBOARD_SEED ?? times(11, Date.now() % 1e9))
  console.log(`seed ${seed}`)
  const random = mulberry32(seed)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!
  const illegal: string[] = []
  const pids = new Set<number>()
  // The model: where each plugin stands, by what was announced alone. A fact must begin where the one before it ended.
  const model = new Map<string, PluginState>()
  manager.onDidChange((fact) => {
    if (fact.type !== 'state') return
    const before = model.get(fact.id) ?? 'unloaded'
    if (fact.from !== before || !canTransition(fact.from, fact.to))
      illegal.push(`${fact.id}: ${before}: ${fact.from} → ${fact.to}`)
    model.set(fact.id, fact.to)
  })
  const folders = new Map<string, string>()
  for (const [n, id] of IDS.entries()) {
    // Every fifth one needs the one before it.
    const dependencies: Record<string, string> = n % 5 === 4 ? { [IDS[n - 1]!]: '*' } : {}
    folders.set(id, await writePlugin(id, { plugin: 'takes-its-time', dependencies }))
    await manager.loadPlugin(folders.get(id)!)
  }

  const operate = async (): Promise<void> => {
    const id = pick(IDS)
    const act = pick([
      'enable',
      'disable',
      'restart',
      'restart',
      'config',
      'publish',
      'fail',
      'die',
      'cascade',
      'reload',
    ])
    if (act === 'enable') await manager.enablePlugin(id)
    else if (act === 'disable') await manager.disablePlugin(id)
    else if (act === 'restart') await manager.restartPlugin(id)
    else if (act === 'config') await manager.updatePluginConfig(id, { n: random() })
    else if (act === 'cascade') await manager.enablePlugin(id, { cascade: true })
    else if (act === 'reload') {
      await manager.unloadPlugin(id, { cascade: true })
      await manager.loadPlugin(folders.get(id)!)
    } else if (act === 'publish') for (let n = 0; n < 50; n += 1) manager.context.eventBus.publish(custom('x', n))
    else manager.context.eventBus.publish(custom('x', random() < 0.2 ? 'die' : act === 'fail' ? 'fail' : 0))
  }
  const caller = async (): Promise<void> => {
    for (let round = 0; round < ROUNDS; round += 1) {
      await operate().catch((error: { code: string; message: string }) => {
        if (!EXPECTED.includes(error.code)) throw new Error(`${error.code}: ${error.message}`)
      })
      for (const { pid } of manager.getAllPlugins()) if (pid !== null) pids.add(pid)
    }
  }
  await Promise.all(Array.from({ length: CALLERS }, caller))
  // Now all of them must still obey; each one comes after what it needs.
  for (const id of IDS) {
    if (!manager.getPlugin(id)) await manager.loadPlugin(folders.get(id)!)
    await manager.enablePlugin(id, { cascade: true })
    await manager.restartPlugin(id)
    expect(manager.getPlugin(id)!.state).toBe('active')
  }
  for (const { metadata, state } of manager.getAllPlugins()) expect(model.get(metadata.id)).toBe(state)
  for (const id of IDS.toReversed()) {
    await manager.disablePlugin(id)
    expect(manager.getPlugin(id)).toMatchObject({ state: 'loaded', pid: null })
    expect(statsOf(manager, id)).toMatchObject({ mailboxDepth: 0, inFlight: 0 })
    expect(lawHolds(statsOf(manager, id))).toBe(true)
  }
  expect(illegal).toEqual([])
  await manager.close()
  expect([...pids].filter(isAlive)).toEqual([])
}, 600_000)

/** A small seeded generator: the same run each time. */
function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
