import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createManager, load, tempFolder, writePlugin } from './support.ts'

const brief = ({ steps }: { steps: readonly { id: string; action: string }[] }): string[] =>
  steps.map(({ id, action }) => `${action} ${id}`)

/** A folder with plugins that need each other. */
async function writeFolder(plugins: Record<string, Record<string, string>>): Promise<string> {
  const folder = await tempFolder()
  for (const [id, dependencies] of Object.entries(plugins)) {
    await mkdir(join(folder, id))
    await writeFile(join(folder, id, 'index.mjs'), 'export default {}')
    await writeFile(
      join(folder, id, 'plugin.json'),
      JSON.stringify({ id, version: '1.2.0', entryPoint: 'index.mjs', dependencies }),
    )
  }
  return folder
}

test('[LC5.a] [LC5.b] [LC5.d] a folder is loaded in dependency order; cycles and unmet ones are named in full and stop no other', async () => {
  const manager = await createManager()
  const folder = await writeFolder({
    a: { b: '*' },
    b: { c: '*' },
    c: { a: '*' },
    onCycle: {},
    'needs-cycle': { a: '*' },
    web: { api: '^1.0.0' },
    api: { db: '1.x' },
    db: {},
    old: { db: '^2.0.0', nothing: '*' },
  })
  manager.addPluginPath(folder)
  const { loaded, failed } = await manager.scanAndLoadPlugins()
  expect(loaded).toEqual(['db', 'api', 'web'])
  const reasons = Object.fromEntries(
    failed.map(({ path, error }) => [path.split('/').at(-1), `${error.code} ${error.message}`]),
  )
  expect(reasons).toMatchObject({
    a: 'DEPENDENCY_CYCLE a depends on itself: a → b → c → a',
    b: 'DEPENDENCY_CYCLE b depends on itself: b → c → a → b',
    c: 'DEPENDENCY_CYCLE c depends on itself: c → a → b → c',
    'needs-cycle': 'DEPENDENCY_UNMET needs-cycle needs a *, which is not loaded',
    old: 'DEPENDENCY_UNMET old needs db ^2.0.0, but 1.2.0 is loaded; nothing *, which is not loaded',
  })
  expect(manager.getAllPlugins()).toHaveLength(3)
})

test('[LC5.g] every lifecycle call answers a dry run with the plan that it would run, and changes nothing', async () => {
  const manager = await createManager()
  await load(manager, 'db')
  await load(manager, 'api', { dependencies: { db: '*' } })
  await load(manager, 'web', { dependencies: { api: '*' } })
  const facts: string[] = []
  manager.onDidChange(({ type }) => facts.push(type))
  const next = await writePlugin('next', { dependencies: { db: '*' } })
  expect(brief(await manager.loadPlugin(next, { dryRun: true }))).toEqual(['load next', 'enable next'])
  expect(brief(await manager.disablePlugin('db', { dryRun: true }))).toEqual([
    'disable web',
    'disable api',
    'disable db',
  ])
  expect(brief(await manager.unloadPlugin('api', { dryRun: true }))).toEqual(['disable web', 'unload api'])
  expect(brief(await manager.restartPlugin('db', { dryRun: true }))).toEqual(['restart db'])
  expect(brief(await manager.enablePlugin('db', { dryRun: true }))).toEqual([])
  await load(manager, 'off')
  await load(manager, 'above', { dependencies: { off: '*' } }, { enabled: false })
  await manager.disablePlugin('off')
  await expect(manager.restartPlugin('above', { dryRun: true })).rejects.toMatchObject({ code: 'DEPENDENCY_UNMET' })
  await manager.unloadPlugin('above')
  await manager.unloadPlugin('off')
  facts.length = 0
  await expect(
    manager.loadPlugin(await writePlugin('bad', { dependencies: { x: '*' } }), { dryRun: true }),
  ).rejects.toMatchObject({
    code: 'DEPENDENCY_UNMET',
  })
  expect(facts).toEqual([])
  expect(manager.getAllPlugins().map(({ state }) => state)).toEqual(['active', 'active', 'active'])
})

test('[LC5.b] [LC5.c] [LC5.e] a plugin with running dependents ends only with them, dependents first; a disabled dependency is enabled only with cascade', async () => {
  const manager = await createManager()
  await load(manager, 'db')
  await load(manager, 'api', { dependencies: { db: '*' } })
  await load(manager, 'web', { dependencies: { api: '*' } })
  await expect(manager.unloadPlugin('db')).rejects.toMatchObject({
    code: 'HAS_DEPENDENTS',
    details: { dependents: ['web', 'api'] },
  })
  const order: string[] = []
  manager.onDidChange(
    (fact) =>
      void (fact.type === 'state' && ['loaded', 'active'].includes(fact.to) && order.push(`${fact.id} ${fact.to}`)),
  )
  const done = await manager.disablePlugin('db', { cascade: true })
  expect(brief(done)).toEqual(['disable web', 'disable api', 'disable db'])
  await expect(manager.enablePlugin('web')).rejects.toMatchObject({
    code: 'DEPENDENCY_UNMET',
    message: 'web needs api *, which is disabled',
    details: { unmet: [{ id: 'api', range: '*', found: '1.0.0', disabled: true }] },
  })
  expect(brief(await manager.enablePlugin('web', { cascade: true }))).toEqual(['enable db', 'enable api', 'enable web'])
  expect(order).toEqual(['web loaded', 'api loaded', 'db loaded', 'db active', 'api active', 'web active'])
})

test('[LC5.d] one that needs itself is a cycle', async () => {
  const manager = await createManager()
  await expect(load(manager, 'one', { dependencies: { one: '*' } })).rejects.toMatchObject({
    code: 'DEPENDENCY_CYCLE',
    details: { cycle: ['one', 'one'] },
  })
})

test('a dry run looks at what is needed through others, too', async () => {
  const manager = await createManager()
  await load(manager, 'db')
  await load(manager, 'api', { dependencies: { db: '*' } }, { enabled: false })
  await load(manager, 'web', { dependencies: { api: '*' } }, { enabled: false }).catch(() => {})
  await manager.restorePlugins([
    {
      path: await writePlugin('web', { dependencies: { api: '*' } }),
      metadata: { ...manager.getPlugin('api')!.metadata, id: 'web', dependencies: { api: '*' } },
      enabled: false,
      config: { shown: {}, secrets: {}, revision: 1 },
    },
  ])
  await manager.unloadPlugin('db')
  await expect(manager.enablePlugin('web', { dryRun: true, cascade: true })).rejects.toMatchObject({
    code: 'DEPENDENCY_UNMET',
    message: 'api needs db *, which is not loaded',
  })
})

test('a cycle that a new plugin.json brings is refused at the next start, and named', async () => {
  const manager = await createManager()
  const db = await writePlugin('db')
  await manager.loadPlugin(db)
  await load(manager, 'api', { dependencies: { db: '*' } })
  const metadata = { id: 'db', version: '1.0.0', entryPoint: 'index.ts', dependencies: { api: '*' } }
  await writeFile(join(db, 'plugin.json'), JSON.stringify(metadata))
  await expect(manager.restartPlugin('db')).rejects.toMatchObject({
    code: 'DEPENDENCY_CYCLE',
    message: 'db depends on itself: db → api → db',
  })
})

test('a dependency that was updated to another version is a reason of those that it does not do for', async () => {
  const manager = await createManager()
  const db = await writePlugin('db')
  await manager.loadPlugin(db)
  await load(manager, 'api', { dependencies: { db: '^1.0.0' } })
  await writeFile(join(db, 'plugin.json'), JSON.stringify({ id: 'db', version: '2.0.0', entryPoint: 'index.ts' }))
  await manager.updatePlugin('db', { accept: ['major', 'dependents'] })
  expect(manager.getPluginHealth('api')!.reasons).toMatchObject([
    { code: 'dependency-changed', level: 'warning', details: { id: 'db', range: '^1.0.0', found: '2.0.0' } },
  ])
})

test('a linked folder among the plugins is listed', async () => {
  const manager = await createManager()
  const folder = await tempFolder()
  await symlink(await writePlugin('linked'), join(folder, 'current'))
  manager.addPluginPath(folder)
  expect((await manager.scanAndLoadPlugins()).loaded).toEqual(['linked'])
})
