import { definePlugin } from '@plugboard/plugin-sdk'

/** Publishes the secret of its config at each event. */
export default definePlugin<{ readonly key: string }>(({ config, eventBus }) => ({
  async handleEvent() {
    await eventBus.publish({ type: 'test.leak', data: { key: config.key } })
  },
}))
