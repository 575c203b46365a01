import { execFileSync } from 'node:child_process'
import { rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { PluginManager, type PluginFact } from '../src/index.ts'
import type { ActorConfig } from './plugins/actor.ts'
import {
  acting,
  createManager,
  custom,
  isAlive,
  load,
  loadActor,
  statsOf,
  tempFolder,
  untilLogged,
  writePlugin,
} from './support.ts'

const NEVER = { act: 'never settle' } as const

test('[LC2.b] a loaded plugin is active, in a process of its own', async () => {
  const manager = await createManager()
  const id = await load(manager, 'one')
  const plugin = manager.getPlugin(id)
  expect(plugin).toMatchObject({ state: 'active', enabled: true, isolation: 'process', lastError: null })
  expect(plugin!.pid).not.toBe(process.pid)
  expect(isAlive(plugin!.pid!)).toBe(true)
})

test('[LC2.c] with enabled: false it is loaded, without instance and process', async () => {
  const manager = await createManager()
  const id = await load(manager, 'one', { plugin: 'throws-at-import' }, { enabled: false })
  expect(manager.getPlugin(id)).toMatchObject({ state: 'loaded', enabled: false, pid: null, activeSince: null })
})

test('[LC2.d] a folder, an entry file with its JSON, and a bare file can be loaded', async () => {
  const manager = await createManager()
  const folder = await tempFolder()
  await writeFile(join(folder, 'Bare File.mjs'), 'export default { status: () => "bare" }')
  await writeFile(join(folder, 'described.js'), 'module.exports = { status: () => "common" }')
  await writeFile(join(folder, 'described.json'), JSON.stringify({ id: 'with-json', version: '2.1.0' }))
  manager.addPluginPath(folder)

  expect(await manager.loadPlugin('Bare File.mjs')).toBe('bare-file')
  expect(await manager.loadPlugin('./described.js')).toBe('with-json')
  expect(await manager.getPluginStatus('bare-file')).toBe('bare')
  expect(await manager.getPluginStatus('with-json')).toBe('common')
  expect(manager.getPlugin('bare-file')!.metadata).toMatchObject({
    version: '1.0.0',
    pluginType: 'Custom',
    permissions: ['ReadVmState'],
  })
})

test('[LC2.e] each start reads the plugin.json of a linked plugin again, and the code it names', async () => {
  const manager = await createManager()
  const folder = await writePlugin('one', { code: 'export default { status: () => 1 }' })
  await manager.loadPlugin(folder)
  const releases: unknown[] = []
  manager.onDidChange((fact) => fact.type === 'release' && releases.push(fact))
  await writeFile(join(folder, 'next.ts'), 'export default { status: () => 2 }')
  await writeFile(join(folder, 'plugin.json'), JSON.stringify({ id: 'one', version: '1.1.0', entryPoint: 'next.ts' }))
  expect(manager.getPlugin('one')!.metadata.version).toBe('1.0.0')
  await manager.restartPlugin('one')
  expect(manager.getPlugin('one')!.metadata.version).toBe('1.1.0')
  expect(await manager.getPluginStatus('one')).toBe(2)
  expect(releases).toHaveLength(1)

  await writeFile(join(folder, 'plugin.json'), JSON.stringify({ id: 'other', version: '2.0.0', entryPoint: 'next.ts' }))
  await expect(manager.restartPlugin('one')).rejects.toMatchObject({ code: 'METADATA_INVALID' })
  expect(manager.getPlugin('one')).toMatchObject({ state: 'error', lastError: { code: 'METADATA_INVALID' } })
})

describe('[LC3.a] what is refused registers nothing', () => {
  test('a path that leads nowhere', async () => {
    const manager = await createManager()
    await expect(manager.loadPlugin('/nowhere/at/all')).rejects.toMatchObject({ code: 'PATH_NOT_FOUND' })
    expect(manager.getAllPlugins()).toEqual([])
  })

  test('a link to itself', async () => {
    const manager = await createManager()
    const path = join(await tempFolder(), 'link')
    await symlink(path, path)
    await expect(manager.loadPlugin(path)).rejects.toMatchObject({
      code: 'PATH_NOT_FOUND',
      message: `${path} is a link that leads nowhere`,
    })
  })

  test('a schema or a config that is nested without an end', async () => {
    const manager = await createManager()
    const schema = nest(5_000, (inner) => ({ not: inner }))
    await expect(load(manager, 'one', { configSchema: schema })).rejects.toMatchObject({
      code: 'METADATA_INVALID',
      message: expect.stringContaining('/configSchema must be nested at most 200 levels deep'),
    })
    const config = nest(5_000, (inner) => ({ inner }))
    await expect(load(manager, 'one', {}, { config })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: 'config refused: a config is nested at most 200 levels deep',
    })
    await load(manager, 'one', { configSchema: nest(190, (inner) => ({ not: inner })) }, { config: {} })
  })

  test('a broken plugin.json: the error names file, field and rule', async () => {
    const manager = await createManager()
    const folder = await writePlugin('broken')
    await writeFile(join(folder, 'plugin.json'), '{ "id": "broken", ')
    await expect(manager.loadPlugin(folder)).rejects.toMatchObject({
      code: 'METADATA_INVALID',
      message: expect.stringContaining('plugin.json'),
    })
    await writeFile(
      join(folder, 'plugin.json'),
      JSON.stringify({ id: 'Bad Id', version: 'one', entryPoint: '../out.ts' }),
    )
    await expect(manager.loadPlugin(folder)).rejects.toMatchObject({
      code: 'METADATA_INVALID',
      details: {
        file: join(folder, 'plugin.json'),
        violations: [
          { pointer: '/id', rule: 'pattern' },
          { pointer: '/version', rule: 'semver' },
        ],
      },
    })
    expect(manager.getAllPlugins()).toEqual([])
  })

  test('a plugin.json or an entry that is no regular file is refused at once: reading a pipe would never end', async () => {
    const manager = await createManager()
    for (const [id, file] of Object.entries({ manifest: 'plugin.json', entry: 'index.ts' })) {
      const folder = await writePlugin(id)
      await rm(join(folder, file))
      execFileSync('mkfifo', [join(folder, file)])
      await expect(manager.loadPlugin(folder)).rejects.toMatchObject({
        code: 'METADATA_INVALID',
        message: expect.stringContaining('must be a regular file'),
      })
    }
  })

  test('an entry outside the folder, and a config schema that is none', async () => {
    const manager = await createManager()
    await writeFile(join(await tempFolder(), 'other.js'), '')
    await expect(load(manager, 'outside', { entryPoint: '../../other.ts' })).rejects.toMatchObject({
      code: 'METADATA_INVALID',
    })
    await expect(load(manager, 'schema', { configSchema: { type: 'no-type' } })).rejects.toMatchObject({
      code: 'METADATA_INVALID',
      details: { violations: [{ pointer: '/configSchema', rule: 'schema' }] },
    })
    expect(manager.getAllPlugins()).toEqual([])
  })

  test('a known id, an unmet dependency', async () => {
    const manager = await createManager()
    await load(manager, 'one')
    await expect(load(manager, 'one')).rejects.toMatchObject({ code: 'PLUGIN_EXISTS', details: { id: 'one' } })
    await expect(load(manager, 'two', { dependencies: { one: '^2.0.0', absent: '*' } })).rejects.toMatchObject({
      code: 'DEPENDENCY_UNMET',
      details: {
        unmet: [
          { id: 'one', range: '^2.0.0', found: '1.0.0' },
          { id: 'absent', range: '*', found: null },
        ],
      },
    })
    expect(manager.getAllPlugins().map(({ metadata }) => metadata.id)).toEqual(['one'])
  })
})

test.each<[string, { plugin: string } | { code: string }, ActorConfig, string]>([
  ['import', { plugin: 'throws-at-import' }, {}, 'at import'],
  ['initialize', { plugin: 'actor' }, { initialize: { act: 'throw', message: 'at initialize' } }, 'at initialize'],
  ['start', { plugin: 'actor' }, { start: { act: 'throw', message: 'at start' } }, 'at start'],
  ['an exit in start', { plugin: 'actor' }, { start: { act: 'exit', code: 7 } }, 'with code 7'],
  ['a decorator', { code: '\n@traced class Kind {}\nexport default {}' }, {}, 'index.ts:2'],
])(
  '[LC3.b] a plugin that fails at %s stays listed in error, and can be repaired',
  async (_at, files, config, message) => {
    const manager = await createManager()
    const folder = await writePlugin('weak', files)
    await expect(manager.loadPlugin(folder, { config })).rejects.toMatchObject({
      code: 'START_FAILED',
      details: { id: 'weak' },
    })
    expect(manager.getPlugin('weak')).toMatchObject({
      state: 'error',
      pid: null,
      lastError: { code: 'START_FAILED', message: expect.stringContaining(message) },
    })

    await writeFile(join(folder, 'index.ts'), 'export default {}')
    await manager.restartPlugin('weak')
    expect(manager.getPlugin('weak')!.state).toBe('active')
  },
)

test('[LC4.a] [LC4.b] [LC4.d] a restart makes a new instance; a disable stops, cleans up and leaves no process', async () => {
  const manager = await createManager()
  const said: string[] = []
  manager.onDidChange((fact) => fact.type === 'log' && said.push(fact.message))
  await load(manager, 'one', { plugin: 'lifecycle-logger', permissions: ['WriteVmState'] }, { grant: ['WriteVmState'] })
  await manager.broadcastEvent(custom('x'))
  expect(await manager.getPluginStatus('one')).toEqual({ count: 1 })
  const first = manager.getPlugin('one')!.pid!

  await manager.restartPlugin('one')
  expect(await manager.getPluginStatus('one')).toEqual({ count: 0 })
  expect(isAlive(first)).toBe(false)
  expect(said).toEqual(['stop', 'cleanup'])

  const second = manager.getPlugin('one')!.pid!
  await manager.disablePlugin('one')
  expect(manager.getPlugin('one')).toMatchObject({ state: 'loaded', enabled: false, pid: null })
  expect(isAlive(second)).toBe(false)
  expect(said).toEqual(['stop', 'cleanup', 'stop', 'cleanup'])
  await manager.disablePlugin('one')
  await manager.enablePlugin('one')
  await manager.enablePlugin('one')
  expect(manager.getPlugin('one')).toMatchObject({
    state: 'active',
    enabled: true,
    stats: { lifetime: { eventsProcessed: 1, restarts: 2 } },
  })
})

test('[LC4.c] unload removes a plugin whatever its hooks throw, and reports it', async () => {
  const manager = await createManager()
  const warnings: string[] = []
  manager.onDidChange((fact) => fact.type === 'log' && fact.origin === 'runtime' && warnings.push(fact.message))
  await loadActor(manager, 'one', {
    stop: { act: 'throw', message: 'no' },
    cleanup: { act: 'throw', message: 'never' },
  })
  const pid = manager.getPlugin('one')!.pid!
  await manager.unloadPlugin('one')
  expect(manager.getPlugin('one')).toBeUndefined()
  expect(isAlive(pid)).toBe(false)
  expect(warnings).toEqual([
    expect.stringContaining('stop of one failed: no'),
    expect.stringContaining('cleanup of one failed: never'),
  ])
  await expect(manager.enablePlugin('one')).rejects.toMatchObject({ code: 'PLUGIN_NOT_FOUND' })
})

test('[LC4.e] a start that fails still gets its cleanup', async () => {
  const manager = await createManager()
  const said: string[] = []
  manager.onDidChange((fact) => fact.type === 'log' && fact.origin === 'plugin' && said.push(fact.message))
  const failing = loadActor(manager, 'one', {
    start: { act: 'throw', message: 'no' },
    cleanup: { act: 'log', message: 'cleanup' },
  })
  await expect(failing).rejects.toMatchObject({ code: 'START_FAILED' })
  expect(said).toEqual(['cleanup'])
})

test('[LC6.a] [LC6.c] operations on one plugin run in order; restarts that wait are one', async () => {
  const manager = await createManager()
  await load(manager, 'one')
  const states: string[] = []
  manager.onDidChange((fact) => fact.type === 'state' && states.push(fact.to))
  await Promise.all([manager.restartPlugin('one'), manager.restartPlugin('one'), manager.restartPlugin('one')])
  expect(states).toEqual(['unloading', 'initializing', 'active'])
  states.length = 0
  let joined: Promise<unknown> | undefined
  const dispose = manager.onDidChange((fact) => {
    if (fact.type === 'state' && fact.to === 'unloading') joined = manager.restartPlugin('one')
  })
  await manager.restartPlugin('one')
  dispose()
  await joined
  expect(states).toEqual(['unloading', 'initializing', 'active'])

  const order: string[] = []
  const note = (name: string) => () => void order.push(name)
  await Promise.all([
    manager.disablePlugin('one').then(note('disable')),
    manager.enablePlugin('one').then(note('enable')),
    manager.updatePluginConfig('one', { a: 1 }).then(note('config')),
  ])
  expect(order).toEqual(['disable', 'enable', 'config'])
})

test('[LC6.b] two plugins start at the same time', async () => {
  const manager = await createManager()
  const facts: PluginFact[] = []
  manager.onDidChange((fact) => facts.push(fact))
  const slow = { start: { act: 'wait', ms: 300 } } as const
  await Promise.all([loadActor(manager, 'one', slow), loadActor(manager, 'two', slow)])
  const begun = facts.flatMap((fact) => (fact.type === 'state' && fact.to === 'initializing' ? [fact.at] : []))
  const active = facts.flatMap((fact) => (fact.type === 'state' && fact.to === 'active' ? [fact.at] : []))
  expect(Math.max(...begun)).toBeLessThan(Math.min(...active))
})

test.each([
  ['initialize', { initialize: NEVER }, { initializeMs: 200 }],
  ['start', { start: NEVER }, { startMs: 200 }],
  ['initialize in a loop', { initialize: { act: 'loop for ever' } }, { initializeMs: 200 }],
] as const)('[LC6.d] a hook has a deadline: %s', async (_name, config, deadlines) => {
  const manager = await createManager({ deadlines })
  await expect(loadActor(manager, 'slow', config)).rejects.toMatchObject({
    code: 'HOOK_TIMEOUT',
    details: { id: 'slow', timeoutMs: 200 },
  })
  expect(manager.getPlugin('slow')).toMatchObject({ state: 'error', pid: null, lastError: { code: 'HOOK_TIMEOUT' } })
})

test('[LC6.e] a stop that never ends delays its ending by its deadline only', async () => {
  const manager = await createManager({ deadlines: { stopMs: 150, cleanupMs: 150 } })
  await loadActor(manager, 'stuck', { stop: NEVER, cleanup: NEVER })
  const began = performance.now()
  await manager.disablePlugin('stuck')
  // The default deadlines would make it 10 s.
  expect(performance.now() - began).toBeLessThan(4_000)
  expect(manager.getPlugin('stuck')).toMatchObject({ state: 'loaded', pid: null })
})

test('[LC6.e] a thread that answers nothing at all is killed', async () => {
  const manager = await createManager({ deadlines: { stopMs: 150, handleEventMs: 150 } })
  await loadActor(manager, 'loop')
  const outcome = manager.broadcastEvent(acting({ act: 'loop for ever' }))
  const began = performance.now()
  await manager.disablePlugin('loop')
  // The watch for hangs would take 5 s.
  expect(performance.now() - began).toBeLessThan(4_000)
  expect(manager.getPlugin('loop')).toMatchObject({ state: 'loaded', pid: null, stats: { inDoubt: 1 } })
  expect(await outcome).toEqual({ delivered: 0, failed: 1, dropped: 0 })
})

test('[LC6.d] updateConfig has a deadline too, and the old config stays', async () => {
  const manager = await createManager({ deadlines: { updateConfigMs: 200 } })
  await loadActor(manager, 'slow', { updateConfig: NEVER })
  await expect(manager.updatePluginConfig('slow', {})).rejects.toMatchObject({ code: 'HOOK_TIMEOUT' })
  expect(manager.getPluginConfig('slow')).toMatchObject({ config: { updateConfig: NEVER }, revision: 1 })
  expect(manager.getPlugin('slow')!.state).toBe('active')
})

test('[LC6.f] disable aborts a running start', async () => {
  const manager = await createManager()
  const refused = expect(loadActor(manager, 'slow', { start: NEVER })).rejects.toMatchObject({ code: 'ABORTED' })
  await untilLogged(manager, 'waiting')
  await manager.disablePlugin('slow')
  await refused
  expect(manager.getPlugin('slow')!.state).toBe('loaded')
})

test.each(['disable', 'unload', 'restart'] as const)('[LC6.f] %s aborts a running initialize', async (action) => {
  const manager = await createManager()
  const marker = join(await tempFolder(), 'second')
  // The second instance finds the file and starts at once.
  const permissions = [{ name: 'FileSystemAccess', read: [marker] }] as const
  const folder = await writePlugin('slow', { plugin: 'needs-file', permissions })
  const config = { path: marker, otherwise: 'never settle' }
  const loading = manager.loadPlugin(folder, { grant: permissions, config })
  const refused = expect(loading).rejects.toMatchObject({ code: 'ABORTED' })
  await untilLogged(manager, 'waiting')
  await writeFile(marker, '')
  await manager[`${action}Plugin`]('slow')
  await refused
  const expected = { disable: 'loaded', unload: undefined, restart: 'active' }[action]
  expect(manager.getPlugin('slow')?.state).toBe(expected)
})

test('[LC6.h] a load whose signal is aborted is undone: before it, during the start, and without a start', async () => {
  const manager = await createManager()
  const calledOff = expect.objectContaining({ code: 'ABORTED', message: expect.stringContaining('called off') })
  const folder = await writePlugin('slow')
  await expect(manager.loadPlugin(folder, { signal: AbortSignal.abort() })).rejects.toEqual(calledOff)

  const during = new AbortController()
  const started = loadActor(manager, 'slow', { start: NEVER }, {}, { signal: during.signal })
  const refused = expect(started).rejects.toMatchObject({ code: 'ABORTED' })
  await untilLogged(manager, 'waiting')
  during.abort()
  await refused
  expect(manager.getPlugin('slow')).toBeUndefined()

  const atOnce = new AbortController()
  const loading = load(manager, 'other', {}, { enabled: false, signal: atOnce.signal })
  const stop = manager.onDidChange((fact) => {
    if (fact.type === 'loaded') atOnce.abort()
  })
  await expect(loading).rejects.toEqual(calledOff)
  stop()
  expect(manager.getPlugin('other')).toBeUndefined()
})

test('[LC6.f] disable aborts a running updateConfig', async () => {
  const manager = await createManager()
  await loadActor(manager, 'slow', { updateConfig: NEVER })
  const updating = manager.updatePluginConfig('slow', { a: 1 })
  const refused = expect(updating).rejects.toMatchObject({ code: 'ABORTED' })
  await untilLogged(manager, 'waiting')
  await manager.disablePlugin('slow')
  await refused
  expect(manager.getPluginConfig('slow')).toMatchObject({ config: { updateConfig: NEVER }, revision: 1 })
})

test('[LC1.b] what only an active plugin can do is refused while it is not', async () => {
  const manager = await createManager()
  await load(manager, 'one', {}, { enabled: false })
  const message = { from: 'host', to: 'one', type: 't', data: null }
  const refused = expect.objectContaining({
    code: 'ILLEGAL_TRANSITION',
    details: expect.objectContaining({ id: 'one' }),
  })
  await expect(manager.getPluginStatus('one')).rejects.toEqual(refused)
  await expect(manager.profileCpu('one')).rejects.toEqual(refused)
  await expect(manager.sendMessageToPlugin(message)).rejects.toEqual(refused)
})

test('an unknown id is PLUGIN_NOT_FOUND on every operation', async () => {
  const manager = await createManager()
  const code = { code: 'PLUGIN_NOT_FOUND' }
  await expect(manager.enablePlugin('no')).rejects.toMatchObject(code)
  await expect(manager.restartPlugin('no')).rejects.toMatchObject(code)
  await expect(manager.disablePlugin('no')).rejects.toMatchObject(code)
  await expect(manager.unloadPlugin('no')).rejects.toMatchObject(code)
  await expect(manager.updatePluginConfig('no', {})).rejects.toMatchObject(code)
  expect(() => manager.getPluginConfig('no')).toThrow(expect.objectContaining(code))
  expect(manager.getPluginHealth('no')).toBeUndefined()
  expect(statsOf.bind(null, manager, 'no')).toThrow()
})

test('a plugin that others need is not disabled unless they are too', async () => {
  const manager = await createManager()
  await load(manager, 'base')
  await load(manager, 'user', { dependencies: { base: '^1.0.0' } })
  await expect(manager.disablePlugin('base')).rejects.toMatchObject({
    code: 'HAS_DEPENDENTS',
    details: { dependents: ['user'] },
  })
  const { steps } = await manager.disablePlugin('base', { dryRun: true })
  expect(steps.map(({ id, action }) => `${action} ${id}`)).toEqual(['disable user', 'disable base'])
  expect(manager.getPlugin('user')!.state).toBe('active')
  await manager.disablePlugin('base', { cascade: true })
  expect(manager.getAllPlugins().map(({ state }) => state)).toEqual(['loaded', 'loaded'])
})

test('scanAndLoadPlugins loads what it finds, dependencies first, and reports what fails', async () => {
  const manager = await createManager()
  const folder = await tempFolder()
  await writeFile(join(folder, 'alpha.mjs'), 'export default {}')
  await writeFile(
    join(folder, 'alpha.json'),
    JSON.stringify({ id: 'alpha', version: '1.0.0', dependencies: { beta: '1.x' } }),
  )
  await writeFile(join(folder, 'beta.mjs'), 'export default {}')
  await writeFile(join(folder, 'gamma.mjs'), 'throw new Error("gamma")')
  await writeFile(join(folder, 'delta.mjs'), '')
  await writeFile(join(folder, 'delta.json'), '{')
  manager.addPluginPath(folder)
  const { loaded, failed } = await manager.scanAndLoadPlugins()
  expect(loaded).toEqual(['beta', 'alpha'])
  expect(failed.map(({ path, error }) => [path.split('/').at(-1), error.code]).toSorted()).toEqual([
    ['delta.mjs', 'METADATA_INVALID'],
    ['gamma.mjs', 'START_FAILED'],
  ])
})

test('a plugin is loaded by the URL of a file too; an option that is mistyped is refused, with what was meant', async () => {
  const manager = await createManager()
  expect(await manager.loadPlugin(pathToFileURL(await writePlugin('one')))).toBe('one')
  expect(await manager.loadPlugin(pathToFileURL(await writePlugin('two')).href)).toBe('two')
  await expect(manager.loadPlugin(new URL('https://example.com/plugin'))).rejects.toMatchObject({
    code: 'PATH_NOT_FOUND',
  })
  const path = await writePlugin('three')
  await expect(manager.loadPlugin(path, { grants: ['NetworkAccess'] } as never)).rejects.toMatchObject({
    code: 'OPTION_INVALID',
    message: 'there is no option grants: did you mean grant?',
  })
  expect(() => new PluginManager('x', { mailboxSize: 5 } as never)).toThrow('did you mean mailboxCapacity?')
  expect(() => new PluginManager('x', { deadlines: { startTimeout: 5 } } as never)).toThrow(
    'did you mean deadlines.startMs?',
  )
})

/** A value of so many levels. */
function nest(levels: number, around: (inner: object) => object): never {
  let value: object = {}
  for (let level = 0; level < levels; level += 1) value = around(value)
  return value as never
}
