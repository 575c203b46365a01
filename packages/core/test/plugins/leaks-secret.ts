import { definePlugin } from '@plugboard/plugin-sdk'

export type SecretConfig = { readonly token: string }
export type Leak = 'log' | 'throw' | 'publish' | 'crash'

/** Tells its secret on the way that the event's data names. */
export default definePlugin<SecretConfig>((context) => ({
  async handleEvent({ data }) {
    const { token } = context.config
    switch (data as Leak) {
      case 'log':
        context.logger.info(`using ${token}`, { header: `Bearer ${token}` })
        console.log(`out ${token}`)
        console.error(`err ${token}`)
        return
      case 'throw':
        throw new Error(`refused: ${token}`)
      case 'publish':
        await context.eventBus.publish({
          type: 'leak',
          data: { token },
          source: token,
          subject: `of ${token}`,
          traceparent: token,
        })
        return
      case 'crash':
        setImmediate(() => {
          throw new Error(`crashed with ${token}`)
        })
        await new Promise(() => {})
    }
  },
  updateConfig({ token }) {
    if (token === 'refuse-this') throw new Error(`bad token ${token}`)
  },
  status: () => ({ token: context.config.token, length: context.config.token.length }),
}))
