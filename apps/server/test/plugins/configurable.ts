import { definePlugin } from '@plugboard/plugin-sdk'

/** Takes each new config at once. */
export default definePlugin({ updateConfig() {} })
