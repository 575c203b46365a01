import { definePlugin } from '@plugboard/plugin-sdk'

/** Throws at each event, synchronously. */
export default definePlugin({
  handleEvent() {
    throw new Error('always')
  },
  updateConfig() {},
})
