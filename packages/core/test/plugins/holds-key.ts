import { definePlugin } from '@plugboard/plugin-sdk'

export type KeyConfig = { readonly key: string }

/** Proves that it has the key of its config without telling it: its status is the key backwards. */
export default definePlugin<KeyConfig>((context) => ({
  updateConfig() {},
  status: () => ({ has: context.config.key.split('').toReversed().join('') }),
}))
