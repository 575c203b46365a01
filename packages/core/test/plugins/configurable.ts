import { definePlugin, type JsonObject } from '@plugboard/plugin-sdk'

/** Takes a new config at once, but for one whose name is `refuse`; its status is the config in force. */
export default definePlugin<JsonObject>((context) => ({
  updateConfig({ name }) {
    if (name === 'refuse') throw new Error('not that')
  },
  status: () => context.config,
}))
