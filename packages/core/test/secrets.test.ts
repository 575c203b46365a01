import { expect, test } from 'vitest'
import { createManager, custom, load, until, untilState } from './support.ts'

const SECRET = 'hunter2-hunter2'
const configSchema = {
  type: 'object',
  properties: { token: { type: 'string', writeOnly: true }, mode: { type: 'string', default: 'quiet' } },
}
const METHODS = `
  async handleEvent(event: any) {
    const { token } = context.config
    switch (event.data) {
      case 'log': context.logger.info('using ' + token, { header: 'Bearer ' + token }); console.log('out ' + token); console.error('err ' + token); return
      case 'throw': throw new Error('refused: ' + token)
      case 'publish': await context.eventBus.publish({ type: 'leak', data: { token }, source: token, subject: 'of ' + token, traceparent: token }); return
      case 'crash': setImmediate(() => { throw new Error('crashed with ' + token) }); await new Promise(() => {})
    }
  },
  status: () => ({ token: context.config.token, length: context.config.token.length }),
  updateConfig({ token }: any) { if (token === 'refuse-this') throw new Error('bad token ' + token) },`

test.each(['process', 'inline'] as const)(
  '[CF1.j] %s: a secret never leaves in config, logs, output, events, errors or dead letters',
  async (isolation) => {
    const manager = await createManager({ inlinePlugins: ['one'] })
    const seen: unknown[] = []
    manager.onDidChange((fact) => seen.push(fact))
    manager.context.eventBus.subscribe('**', (event) => seen.push(event))
    await load(
      manager,
      'one',
      { configSchema, events: ['go'], methods: METHODS },
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
    expect(told).not.toContain('refuse-this')
    for (const words of [
      'using [secret]',
      'Bearer [secret]',
      'refused: [secret]',
      'bad token [secret]',
      '"token":"[secret]"',
    ]) {
      expect(told).toContain(words)
    }
  },
)
