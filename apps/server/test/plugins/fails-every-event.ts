import { definePlugin } from '@plugboard/plugin-sdk'

/** Throws at each event. */
export default definePlugin({
  handleEvent() {
    throw new Error('no')
  },
})
