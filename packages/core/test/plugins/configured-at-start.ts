import { definePlugin } from '@plugboard/plugin-sdk'

/** Takes a new config only at its next start; its status is the config in force. */
export default definePlugin((context) => ({ status: () => context.config }))
