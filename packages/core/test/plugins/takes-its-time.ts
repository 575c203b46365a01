import { setTimeout as sleep } from 'node:timers/promises'
import { definePlugin } from '@plugboard/plugin-sdk'

const HOOK_MS = 5

/** Has hooks that take a few milliseconds, fails at the data `fail` and exits at the data `die`. */
export default definePlugin({
  start: () => sleep(HOOK_MS),
  async handleEvent({ data }) {
    if (data === 'die') process.exit(1)
    if (data === 'fail') throw new Error('no')
    await sleep(1)
  },
  updateConfig: () => sleep(HOOK_MS),
  stop: () => sleep(HOOK_MS),
})
