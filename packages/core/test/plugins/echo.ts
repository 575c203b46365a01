import { setTimeout as sleep } from 'node:timers/promises'
import { definePlugin } from '@plugboard/plugin-sdk'

export type EchoConfig = { readonly to: string }

/** Publishes an event of the type `to` for each event that it handles. */
export default definePlugin<EchoConfig>(({ config, eventBus }) => {
  let count = 0
  let refused: string | null = null
  return {
    async handleEvent() {
      count += 1
      await sleep(1)
      try {
        await eventBus.publish({ type: config.to, data: null })
      } catch (error) {
        refused = (error as { code: string }).code
      }
    },
    status: () => ({ count, refused }),
  }
})
