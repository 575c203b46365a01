import { setTimeout as sleep } from 'node:timers/promises'
import { definePlugin } from '@plugboard/plugin-sdk'

/** In which way this version is worse than another one; a test writes it anew. */
const WORSE: Worse = null

export type Worse = null | 'fails on 20 %' | 'is 10 × slower' | 'leaks' | 'hangs' | 'crashes later' | 'drops'

/** How long a version runs before it crashes. */
const CRASH_MS = 30_000
const leaked: Buffer[] = []

export default definePlugin(() => {
  let count = 0
  return {
    start() {
      if (WORSE === 'crashes later') setTimeout(() => process.exit(7), CRASH_MS)
      if (WORSE === 'leaks') setInterval(() => leaked.push(Buffer.alloc(2 * 1_048_576, 1)), 200)
    },
    async handleEvent() {
      count += 1
      if (WORSE === 'fails on 20 %' && count % 5 === 0) throw new Error('one in five')
      if (WORSE === 'hangs' && count === 50) for (;;);
      if (WORSE === 'drops') await sleep(200)
      await sleep(WORSE === 'is 10 × slower' ? 20 : 2)
    },
  }
})
