import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createManager, custom, load, until, untilState, writePlugin } from './support.ts'

const SECRET = 'hunter2-hunter2'
const configSchema = {
  type: 'object',
  properties: { token: { type: 'string', writeOnly: true }, mode: { type: 'string', default: 'quiet' } },
}
test.each(['process', 'inline'] as const)(
  '[CF1.j] %s: a secret never leaves in config, logs, output, errors or dead letters',
  async (isolation) => {
    const manager = await createManager({ inlinePlugins: ['one'] })
    const seen: unknown[] = []
    manager.onDidChange((fact) => seen.push(fact))
    const delivered: unknown[] = []
    manager.context.eventBus.subscribe('**', (event) => delivered.push(event))
    await load(
      manager,
      'one',
      { configSchema, events: ['go'], plugin: 'leaks-secret' },
      { isolation, config: { token: SECRET } },
    )
    // The plugin itself has it.
    expect(await manager.getPluginStatus('one')).toEqual({ token: '[secret]', length: SECRET.length })
    for (const act of ['log', 'throw', 'publish']) await manager.broadcastEvent(custom('go', act))
    await manager
      .updatePluginConfig('one', { token: 'refuse-this' })
      .catch((error: Error) => seen.push(error.message, error))
    if (isolation === 'process') {
      await until(() => JSON.stringify(seen).includes('err [secret]'))
      manager.context.eventBus.publish(custom('go', 'crash'))
      await untilState(manager, 'one', 'error')
    }
    const told = JSON.stringify([
      seen,
      manager.getPluginConfig('one'),
      manager.getPlugin('one'),
      manager.getPluginHealth('one'),
      manager.getDeadLetters('one'),
    ])
    expect(told).not.toContain(SECRET)
    // What a plugin publishes is delivered as it is; who shows it takes the secrets out.
    expect(JSON.stringify(delivered)).toContain(SECRET)
    const shown = JSON.stringify(manager.redact(['one'], delivered))
    expect(shown).not.toContain(SECRET)
    expect(shown).toContain('"token":"[secret]"')
    expect(told).not.toContain('refuse-this')
    for (const words of ['using [secret]', 'Bearer [secret]', 'refused: [secret]', 'bad token [secret]']) {
      expect(told).toContain(words)
    }
  },
)

test('[CF1.j] a secret that an event has carried to another plugin is taken out of what that plugin says', async () => {
  const manager = await createManager()
  const said: string[] = []
  manager.onDidChange((fact) => fact.type === 'log' && said.push(fact.message))
  const own = { token: { type: 'string', writeOnly: true } }
  await load(manager, 'other', { plugin: 'actor', events: ['go'] })
  await load(manager, 'one', { configSchema: { properties: own } }, { config: { token: SECRET } })
  await manager.broadcastEvent(custom('go', { act: 'log', message: `got ${SECRET}` }))
  await manager.broadcastEvent(custom('go', { act: 'throw', message: `refused ${SECRET}` }))
  expect(manager.getDeadLetters('other')[0]!.error.message).toBe('refused [secret]')
  expect(said).toContain('got [secret]')
  // An event of the host may carry it too.
  expect(manager.redact([], { text: SECRET })).toEqual({ text: '[secret]' })
  // Its beginning is not found: by what is masked, a plugin could learn the rest.
  await manager.broadcastEvent(custom('go', { act: 'log', message: SECRET.slice(0, -1) }))
  expect(said).toContain(SECRET.slice(0, -1))
  // What it has published may still be on its way.
  await manager.unloadPlugin('one')
  await manager.broadcastEvent(custom('go', { act: 'log', message: `later: ${SECRET}` }))
  expect(said).toContain('later: [secret]')
})

test('[CF1.j] of a config that takes too long to check the secrets are hidden, and nothing else', async () => {
  const pattern = (text: string, more: object = {}) => ({
    properties: { token: { type: 'string', writeOnly: true }, text: { type: 'string', pattern: text }, ...more },
  })
  const config = { token: SECRET, text: `${'a'.repeat(64)}!`, other: 'becomes a secret' }
  const before = await createManager()
  const path = await writePlugin('one', { configSchema: pattern('^a+!$') })
  await before.loadPlugin(path, { enabled: false, config })
  const stored = before.getStoredPlugin('one')
  const manifest = {
    id: 'one',
    version: '1.0.0',
    entryPoint: 'index.ts',
    configSchema: pattern('^(a+)+$', { other: { writeOnly: true } }),
  }
  await writeFile(join(path, 'plugin.json'), JSON.stringify(manifest))

  const manager = await createManager()
  await manager.restorePlugins([stored])
  const hidden = { $secret: expect.any(String) }
  const shown = { token: hidden, text: config.text, other: hidden }
  expect(manager.getPluginConfig('one').config).toEqual(shown)
  await expect(manager.restartPlugin('one')).rejects.toThrow('took more than 1000 ms of processor time')
  expect(manager.getPluginConfig('one').config).toEqual(shown)
  const kept = Object.values(manager.getStoredPlugin('one').config.secrets)
  expect(kept.toSorted()).toEqual(['becomes a secret', SECRET])
})
