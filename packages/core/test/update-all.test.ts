import { expect, test } from 'vitest'
import type { PluginManager } from '../src/index.ts'
import { createManager, load, writePlugin } from './support.ts'

/** Three plugins in a chain: `ui` needs `api`, which needs `db`. */
async function createChain(): Promise<PluginManager> {
  const manager = await createManager()
  await load(manager, 'db')
  await load(manager, 'api', { dependencies: { db: '^1.0.0' } })
  await load(manager, 'ui', { dependencies: { api: '^1.0.0' } })
  return manager
}

const versionsOf = (manager: PluginManager): Record<string, string> =>
  Object.fromEntries(manager.getAllPlugins().map(({ metadata: { id, version } }) => [id, version]))

const OLD = { db: '1.0.0', api: '1.0.0', ui: '1.0.0' }
const NEW = { db: '2.0.0', api: '2.0.0', ui: '2.0.0' }

/** The next major version of each, in the order in which they were not loaded. */
async function nextVersions({ failing }: { failing?: string } = {}) {
  const write = async (id: string, dependencies: Record<string, string>) => ({
    id,
    path: await writePlugin(id, {
      version: '2.0.0',
      dependencies,
      ...(failing === id && { code: `export default { start() { throw new Error('no') } }` }),
    }),
    accept: ['major'] as const,
  })
  return [await write('ui', { api: '^2.0.0' }), await write('api', { db: '^2.0.0' }), await write('db', {})]
}

test('[UP11.a] updates that are asked for together go in the order of their dependencies, and need each other only as they will be', async () => {
  const manager = await createChain()
  const updates = await nextVersions()
  // One alone would break what needs it, and would not find what it needs.
  await expect(manager.updatePlugin('db', { path: updates[2]!.path, accept: ['major'] })).rejects.toMatchObject({
    details: { gates: [{ code: 'dependents' }] },
  })
  const plans = await manager.updatePlugins(updates, { dryRun: true })
  expect(plans.map(({ id, gates }) => [id, gates.map(({ code }) => code)])).toEqual([
    ['db', ['major']],
    ['api', ['major']],
    ['ui', ['major']],
  ])
  expect(versionsOf(manager)).toEqual(OLD)
  const order: string[] = []
  manager.onDidChange((fact) => fact.type === 'update' && fact.update.phase === 'watching' && order.push(fact.id))
  await manager.updatePlugins(updates)
  expect(order.slice(0, 3)).toEqual(['db', 'api', 'ui'])
  expect(versionsOf(manager)).toEqual(NEW)
  expect(manager.getAllPlugins().map(({ state }) => state)).toEqual(['active', 'active', 'active'])
})

test('[UP11.b] where one is refused, none is touched', async () => {
  const manager = await createChain()
  const pids = manager.getAllPlugins().map(({ pid }) => pid)
  const [ui, api, db] = await nextVersions()
  await expect(manager.updatePlugins([db!, { ...api!, accept: [] as never }, ui!])).rejects.toMatchObject({
    code: 'UPDATE_REFUSED',
    details: { id: 'api', gates: [{ code: 'major' }] },
  })
  await expect(manager.updatePlugins([db!, db!])).rejects.toMatchObject({ code: 'OPTION_INVALID' })
  expect(manager.getAllPlugins().map(({ pid }) => pid)).toEqual(pids)
  expect(versionsOf(manager)).toEqual(OLD)
})

test('[UP11.b] where one fails, those before it go back', async () => {
  const manager = await createChain()
  await expect(manager.updatePlugins(await nextVersions({ failing: 'ui' }))).rejects.toMatchObject({
    code: 'UPDATE_FAILED',
    details: { id: 'ui' },
  })
  expect(versionsOf(manager)).toEqual(OLD)
  expect(manager.getAllPlugins().map(({ state, update }) => [state, update?.phase])).toEqual([
    ['active', 'rolled-back'],
    ['active', 'rolled-back'],
    ['active', 'failed'],
  ])
})

const SLOW_FAILURE = `export default { async start() { await new Promise((resolve) => setTimeout(resolve, 700)); throw new Error('no') } }`

/** Two plugins that do not need each other, and an update of both whose second part fails late. */
async function createPair(first: object): Promise<{ manager: PluginManager; updating: Promise<unknown> }> {
  const manager = await createManager()
  await load(manager, 'a', {}, first)
  await load(manager, 'b')
  const updating = manager
    .updatePlugins([
      { id: 'a', path: await writePlugin('a', { version: '1.1.0' }), watchMs: 0 },
      { id: 'b', path: await writePlugin('b', { version: '1.1.0', code: SLOW_FAILURE }) },
    ])
    .catch((error: unknown) => error)
  return { manager, updating }
}

test('[UP11.b] also one whose time is over, and one that does not run, go back', async () => {
  for (const first of [{}, { enabled: false }]) {
    const { manager, updating } = await createPair(first)
    expect(await updating).toMatchObject({ code: 'UPDATE_FAILED', details: { id: 'b' } })
    expect(versionsOf(manager)).toEqual({ a: '1.0.0', b: '1.0.0' })
  }
})

test('[UP11.b] what cannot be is refused before anything is touched', async () => {
  const manager = await createManager()
  await load(manager, 'a')
  await load(manager, 'b')
  const phases: string[] = []
  manager.onDidChange((fact) => fact.type === 'update' && phases.push(fact.id))
  const a = { id: 'a', path: await writePlugin('a', { version: '1.1.0' }) }
  const b = { id: 'b', path: await writePlugin('b', { version: '1.1.0' }) }
  const needy = await writePlugin('b', { version: '1.1.0', dependencies: { gone: '^1' } })
  for (const [more, code] of [
    [{ watchMs: -1 }, 'OPTION_INVALID'],
    [{ strategy: 'fly' }, 'OPTION_INVALID'],
    [{ path: needy }, 'DEPENDENCY_UNMET'],
  ] as const)
    await expect(manager.updatePlugins([a, { ...b, ...more } as never])).rejects.toMatchObject({ code })
  expect(phases).toEqual([])
})

test('[UP11.b] where one goes back before the last one has taken over, all do', async () => {
  const manager = await createManager()
  await load(manager, 'a')
  await load(manager, 'b')
  const dies = `export default { start() { setTimeout(() => process.exit(3), 200) } }`
  const slow = `export default { start: () => new Promise((resolve) => setTimeout(resolve, 1_000)) }`
  await expect(
    manager.updatePlugins([
      { id: 'a', path: await writePlugin('a', { version: '1.1.0', code: dies }) },
      { id: 'b', path: await writePlugin('b', { version: '1.1.0', code: slow }) },
    ]),
  ).rejects.toMatchObject({ code: 'UPDATE_FAILED', details: { id: 'a' } })
  expect(versionsOf(manager)).toEqual({ a: '1.0.0', b: '1.0.0' })
})
