import { writeSync } from 'node:fs'
import { definePlugin } from '@plugboard/plugin-sdk'

export type FloodsConfig = {
  readonly what: 'its log' | 'stdout' | 'stdout, written past Node' | 'events' | 'events, without waiting'
  readonly count: number
}
export type FloodsStatus = { readonly accepted: number; readonly codes: string[] }

const BATCH = 1_000

/** Sends out so many lines or events as fast as it can; its status counts the events that were accepted. */
export default definePlugin<FloodsConfig>(({ config: { what, count }, eventBus, logger }) => {
  let accepted = 0
  const codes = new Set<string>()

  async function publishAll(): Promise<void> {
    for (let sent = 0; sent < count; sent += BATCH) {
      const batch = Array.from({ length: BATCH }, () => eventBus.publish({ type: 'noise', data: sent }))
      for (const outcome of await Promise.allSettled(batch)) {
        if (outcome.status === 'fulfilled') accepted += 1
        else codes.add((outcome.reason as { code: string }).code)
      }
    }
  }

  return {
    handleEvent() {
      switch (what) {
        case 'its log':
          for (let n = 0; n < count; n += 1) logger.info(`line ${n}`)
          return
        case 'stdout':
          for (let n = 0; n < count; n += 1) console.log(`line ${n}`)
          return
        case 'stdout, written past Node':
          for (let n = 0; n < count; n += 1) writeSync(1, `${'x'.repeat(1_000)}\n`)
          return
        case 'events':
          return publishAll()
        case 'events, without waiting':
          for (let n = 0; n < count; n += 1) void eventBus.publish({ type: 'noise', data: n })
          return
      }
    },
    status: () => ({ accepted, codes: [...codes] }),
  }
})
