import { definePlugin } from '@plugboard/plugin-sdk'

/** Publishes its secret at each event. */
export default definePlugin<{ readonly key: string }>((context) => ({
  async handleEvent() {
    const { key } = context.config
    await context.eventBus.publish({ type: 'custom.told', subject: `of ${key}`, data: { key } })
  },
  updateConfig() {},
}))
