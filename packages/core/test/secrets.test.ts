import { expect, test } from 'vitest'
import { createManager, custom, load, until, untilState } from './support.ts'

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
