import { setTimeout as sleep } from 'node:timers/promises'
import { definePlugin } from '@plugboard/plugin-sdk'

export type WatchedConfig = { readonly limit: number }

/** Throws if its config changes while it handles an event; its status is the config in force. */
export default definePlugin<WatchedConfig>((context) => ({
  async handleEvent() {
    const before = context.config.limit
    await sleep(2)
    if (context.config.limit !== before) throw new Error('changed inside')
  },
  updateConfig() {},
  status: () => context.config,
}))
