import { definePlugin } from '@plugboard/plugin-sdk'

/** Throws at its first event where nothing catches. */
export default definePlugin({
  handleEvent() {
    setImmediate(() => {
      throw new Error('nothing caught this')
    })
    return new Promise(() => {})
  },
})
