import { definePlugin } from '@plugboard/plugin-sdk'

export type KeyConfig = { readonly key?: string }

/** Its status is the length of the key in its config, which is a secret. */
export default definePlugin<KeyConfig>((context) => ({
  updateConfig() {},
  status: () => ({ length: context.config.key?.length ?? 0 }),
}))
