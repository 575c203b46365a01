import { definePlugin } from '@plugboard/plugin-sdk'

/** Publishes the secret of its config at each event. */
export default definePlugin<{ readonly key: string }>((context) => ({
  async handleEvent() {
    const { key } = context.config
    await context.eventBus.publish({ type: 'test.leak', subject: `of ${key}`, data: { key } })
  },
  updateConfig() {},
}))
