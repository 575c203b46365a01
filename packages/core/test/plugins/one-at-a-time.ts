import { setTimeout as sleep } from 'node:timers/promises'
import { definePlugin, type JsonValue } from '@plugboard/plugin-sdk'

/** Takes 0 to 2 ms for an event and throws if the next one comes before the end. */
export default definePlugin(() => {
  const seen: JsonValue[] = []
  let isBusy = false
  return {
    async handleEvent({ data }) {
      if (isBusy) throw new Error('two at once')
      isBusy = true
      await sleep(Number(data) % 3)
      seen.push(data)
      isBusy = false
    },
    status: () => seen,
  }
})
