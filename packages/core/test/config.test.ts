import { expect, test } from 'vitest'
import { createManager, custom, load, statsOf, until } from './support.ts'

const SCHEMA = {
  type: 'object',
  additionalProperties: false,
  properties: {
    limit: { type: 'integer', minimum: 1, maximum: 10, default: 5 },
    name: { type: 'string' },
    key: { type: 'string', writeOnly: true },
  },
}
const LIVE = { plugin: 'configurable', configSchema: SCHEMA }

test('[CF1.a] defaults are filled in before the plugin sees its config', async () => {
  const manager = await createManager()
  await load(manager, 'one', LIVE, { config: { name: 'a' } })
  expect(await manager.getPluginStatus('one')).toEqual({ name: 'a', limit: 5 })
  expect(manager.getPluginConfig('one')).toMatchObject({
    config: { name: 'a', limit: 5 },
    revision: 1,
    pendingRestart: false,
  })
})

test('[CF1.b] a violation names pointer and rule; nothing is coerced; the old config stays', async () => {
  const manager = await createManager()
  await load(manager, 'one', LIVE)
  await expect(manager.updatePluginConfig('one', { limit: '7', extra: 1 })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    details: [
      { pointer: '/extra', rule: 'additionalProperties' },
      { pointer: '/limit', rule: 'type' },
    ],
  })
  await expect(manager.updatePluginConfig('one', [] as never)).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  expect(manager.getPluginConfig('one')).toMatchObject({ config: { limit: 5 }, revision: 1 })
})

test('[CF1.c] an update is in force at once where the plugin takes it, between two events', async () => {
  const manager = await createManager()
  await load(manager, 'one', { plugin: 'config-watcher', configSchema: SCHEMA })
  // The first check starts the thread of the validator.
  await manager.updatePluginConfig('one', { limit: 6 })
  const outcomes = Array.from({ length: 1_000 }, () => manager.broadcastEvent(custom('x')))
  expect(await manager.updatePluginConfig('one', { limit: 7 })).toEqual({ applied: true, revision: 3 })
  expect(statsOf(manager, 'one').lifetime.eventsProcessed).toBeLessThan(1_000)
  expect(await manager.getPluginStatus('one')).toEqual({ limit: 7 })
  await Promise.all(outcomes)
  expect(statsOf(manager, 'one')).toMatchObject({ eventsProcessed: 1_000, errorCount: 0 })
})

test('[CF1.d] a plugin without updateConfig gets a new config at its next start', async () => {
  const manager = await createManager()
  await load(manager, 'one', { plugin: 'configured-at-start', configSchema: SCHEMA })
  expect(await manager.updatePluginConfig('one', { limit: 7 })).toEqual({ applied: false, revision: 2 })
  expect(manager.getPluginConfig('one')).toMatchObject({
    config: { limit: 7 },
    running: { limit: 5 },
    pendingRestart: true,
  })
  expect(await manager.getPluginStatus('one')).toEqual({ limit: 5 })
  await manager.restartPlugin('one')
  expect(await manager.getPluginStatus('one')).toEqual({ limit: 7 })
  expect(manager.getPluginConfig('one').pendingRestart).toBe(false)
})

test('[CF1.e] a throw in updateConfig keeps the old config and is no event error', async () => {
  const manager = await createManager()
  await load(manager, 'one', LIVE)
  await expect(manager.updatePluginConfig('one', { name: 'refuse' })).rejects.toMatchObject({
    code: 'CONFIG_REJECTED',
    message: expect.stringContaining('not that'),
  })
  expect(manager.getPluginConfig('one')).toMatchObject({ config: { limit: 5 }, revision: 1 })
  expect(await manager.getPluginStatus('one')).toEqual({ limit: 5 })
  expect(statsOf(manager, 'one')).toMatchObject({ errorCount: 0, eventsProcessed: 0 })
})

test('[CF1.f] a stale revision is a conflict', async () => {
  const manager = await createManager()
  await load(manager, 'one', LIVE)
  await manager.updatePluginConfig('one', { limit: 6 }, { revision: 1 })
  await expect(manager.updatePluginConfig('one', { limit: 7 }, { revision: 1 })).rejects.toMatchObject({
    code: 'CONFIG_CONFLICT',
    details: { revision: 2 },
  })
  expect(manager.getPluginConfig('one').config).toEqual({ limit: 6 })
})

test('[CF1.j] writeOnly values reach the plugin and never come back out; a reference keeps one, leaving it out removes it', async () => {
  const manager = await createManager()
  await load(manager, 'one', { plugin: 'holds-key', configSchema: SCHEMA }, { config: { key: 'secret' } })
  expect(JSON.stringify(manager.getPluginConfig('one'))).not.toContain('"secret"')
  const { key } = manager.getPluginConfig('one').config
  expect(key).toEqual({ $secret: expect.any(String) })
  await manager.updatePluginConfig('one', { limit: 6, key: key! })
  expect(await manager.getPluginStatus('one')).toEqual({ has: 'terces' })
  await manager.updatePluginConfig('one', { limit: 6, key: 'other' })
  expect(await manager.getPluginStatus('one')).toEqual({ has: 'rehto' })
  await expect(manager.updatePluginConfig('one', { limit: 6, key: { $secret: 'unknown' } })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    details: [{ pointer: '/key', rule: 'secret' }],
  })
  await manager.updatePluginConfig('one', { limit: 6 })
  expect(manager.getPluginConfig('one').config).toEqual({ limit: 6 })
})

test('[CF1.g] a pattern that backtracks is given up after 1 s of processor time; the host goes on, and the next check has its turn', async () => {
  const manager = await createManager()
  const configSchema = { type: 'object', properties: { text: { type: 'string', pattern: '^(a+)+$' } } }
  await load(manager, 'slow', { configSchema })
  await load(manager, 'well', LIVE)
  let ticks = 0
  const timer = setInterval(() => (ticks += 1), 20)
  const began = performance.now()
  const slow = manager.updatePluginConfig('slow', { text: `${'a'.repeat(64)}!` })
  const refused = expect(slow).rejects.toMatchObject({ code: 'CONFIG_INVALID', details: [{ rule: 'deadline' }] })
  expect(await manager.updatePluginConfig('well', { limit: 8 })).toMatchObject({ applied: true })
  await refused
  expect(performance.now() - began).toBeLessThan(15_000)
  clearInterval(timer)
  expect(ticks).toBeGreaterThan(20)
  expect(await manager.updatePluginConfig('slow', { text: 'aaa' })).toMatchObject({ revision: 2 })
})

test('[CF1.g] dry runs that take long keep neither another plugin nor a save of the same one waiting', async () => {
  const manager = await createManager()
  const configSchema = { type: 'object', properties: { text: { type: 'string', pattern: '^(a+)+$' } } }
  await load(manager, 'slow', { configSchema })
  const order: string[] = []
  const dryRuns = Array.from({ length: 5 }, () =>
    manager.checkPluginConfig('slow', { text: `${'a'.repeat(64)}!` }).catch(() => order.push('dry run')),
  )
  const save = manager.updatePluginConfig('slow', { text: 'a' }).then(() => order.push('save'))
  const other = load(manager, 'well', LIVE).then(() => order.push('load'))
  await Promise.all([save, other, ...dryRuns])
  expect(order.slice(0, 2)).toEqual(['dry run', 'save'])
  expect(order.at(-1)).toBe('dry run')
})

test('[CF1.b] every price from 0 to 100 is a multiple of 0.01, and what lies between two of them is none', async () => {
  const manager = await createManager()
  const prices = { type: 'array', items: { type: 'number', multipleOf: 0.01 } }
  await load(manager, 'one', { configSchema: { type: 'object', properties: { prices } } })
  await manager.checkPluginConfig('one', { prices: Array.from({ length: 10_001 }, (_, cents) => cents / 100) })
  for (const between of [19.995, 0.001, 99.999]) {
    await expect(manager.checkPluginConfig('one', { prices: [between] })).rejects.toMatchObject({
      details: [{ pointer: '/prices/0', rule: 'multipleOf' }],
    })
  }
})

test('[CF1.b] an object that is left out gets the defaults of its fields', async () => {
  const manager = await createManager()
  const retry = { type: 'object', properties: { times: { type: 'integer', default: 3 } } }
  await load(manager, 'one', { configSchema: { type: 'object', properties: { retry } } })
  expect(manager.getPluginConfig('one').config).toEqual({ retry: { times: 3 } })
})

test('[CF1.i] a plugin whose config lacks what its schema demands is in error until it is configured', async () => {
  const manager = await createManager()
  const configSchema = { type: 'object', required: ['url'], properties: { url: { type: 'string' } } }
  await expect(load(manager, 'one', { configSchema })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    details: [{ pointer: '/url', rule: 'required' }],
  })
  expect(manager.getPlugin('one')).toMatchObject({ state: 'error', lastError: { code: 'CONFIG_INVALID' } })
  await expect(manager.updatePluginConfig('one', { url: 5 })).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  expect(manager.getPlugin('one')!.state).toBe('error')
  await manager.updatePluginConfig('one', { url: 'x' })
  await until(() => manager.getPlugin('one')!.state === 'active')
})
