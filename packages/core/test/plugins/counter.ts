import { setTimeout as sleep } from 'node:timers/promises'
import { definePlugin } from '@plugboard/plugin-sdk'

export type CounterConfig = {
  /** How long each event takes; without it a handler returns at once. */
  readonly handlerMs?: number
}

/** Its status is the number of events that it began to handle. */
export default definePlugin<CounterConfig>(({ config }) => {
  let count = 0
  return {
    async handleEvent() {
      count += 1
      if (config.handlerMs !== undefined) await sleep(config.handlerMs)
    },
    status: () => count,
  }
})
