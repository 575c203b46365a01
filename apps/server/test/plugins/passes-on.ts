import { definePlugin } from '@plugboard/plugin-sdk'

/** Publishes an event of the type `to` for each event that it handles, with the same data. */
export default definePlugin<{ readonly to: string }>(({ config, eventBus }) => ({
  async handleEvent({ data }) {
    await eventBus.publish({ type: config.to, data })
  },
}))
