import { definePlugin } from '@plugboard/plugin-sdk'

/** Has no hooks at all. */
export default definePlugin({})
