import { definePlugin } from '@plugboard/plugin-sdk'

/** Ends its process at its first event. */
export default definePlugin({ handleEvent: () => process.exit(3) })
