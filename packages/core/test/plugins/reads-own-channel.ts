import { readSync } from 'node:fs'
import { definePlugin } from '@plugboard/plugin-sdk'

const CHANNEL = 3
const PATIENCE_MS = 5_000

/** Takes bytes from the channel on which its own thread listens. */
export default definePlugin({
  handleEvent() {
    const end = performance.now() + PATIENCE_MS
    while (performance.now() < end) {
      try {
        if (readSync(CHANNEL, Buffer.alloc(65_536)) > 0) return
      } catch {
        // Nothing to read yet.
      }
    }
  },
})
