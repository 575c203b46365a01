import { setTimeout as sleep } from 'node:timers/promises'
import { definePlugin } from '@plugboard/plugin-sdk'

const MEGABYTE = 1_048_576

export type LeaksConfig = {
  readonly by: 'an array' | 'a Map' | 'small objects' | 'buffers' | 'one large buffer an event'
}

/** Takes ever more memory in the way that its config names. */
export default definePlugin<LeaksConfig>(({ config }) => {
  const numbers: number[] = []
  const entries = new Map<number, number>()
  const objects: object[][] = []
  const buffers: Buffer[] = []
  return {
    async handleEvent() {
      switch (config.by) {
        case 'an array':
          for (;;) numbers.push(Math.random())
        case 'a Map':
          for (let n = 0; ; n += 1) entries.set(n, n)
        case 'small objects':
          for (;;) objects.push(Array.from({ length: 1_000 }, (_, n) => ({ n })))
        case 'buffers':
          buffers.push(Buffer.alloc(8 * MEGABYTE, 1))
          await sleep(5)
          break
        case 'one large buffer an event':
          buffers.push(Buffer.alloc(20 * MEGABYTE, 1))
      }
    },
  }
})
