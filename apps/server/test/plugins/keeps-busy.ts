import { definePlugin } from '@plugboard/plugin-sdk'

/** Computes a little every few milliseconds, so that a profile of it is not empty. */
export default definePlugin({
  start() {
    setInterval(() => {
      for (let n = 0; n < 1e6; n += 1);
    }, 5)
  },
})
