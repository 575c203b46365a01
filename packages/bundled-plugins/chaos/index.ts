import { definePlugin, type PluginContext } from '@plugboard/plugin-sdk'

export type ChaosConfig = {
  readonly errorShare: number
  readonly latencyMs: number
  readonly crash: 'never' | 'exit' | 'uncaught'
  readonly crashAfterEvents: number
  readonly stall: 'never' | 'loop' | 'promises'
  readonly stallAfterEvents: number
  readonly leakMbPerSecond: number
}

const LEAK_INTERVAL_MS = 100
const MEGABYTE = 1_048_576

/** Fails on purpose. The share is kept exactly, not by chance: of 100 events at 0.5, 50 fail. */
export default definePlugin<ChaosConfig>(() => {
  const leaked: Buffer[] = []
  let context: PluginContext<ChaosConfig>
  let leak: NodeJS.Timeout | undefined
  let handled = 0
  let failed = 0
  let due = 0

  function crash(): void {
    context.logger.warn(`crashing on purpose after ${handled} events`)
    if (context.config.crash === 'exit') process.exit(13)
    // Outside the handler, where nobody catches it.
    setImmediate(() => {
      throw new Error('chaos: thrown where nobody catches')
    })
  }

  async function stall(): Promise<void> {
    context.logger.warn(`stalling on purpose after ${handled} events`)
    if (context.config.stall === 'loop') for (;;);
    for (;;) await Promise.resolve()
  }

  function leakMemory({ leakMbPerSecond }: ChaosConfig): void {
    clearInterval(leak)
    if (leakMbPerSecond === 0) return void (leaked.length = 0)
    const bytes = Math.round((leakMbPerSecond * MEGABYTE * LEAK_INTERVAL_MS) / 1_000)
    // Filled, so that the pages are really taken.
    leak = setInterval(() => leaked.push(Buffer.alloc(bytes, 1)), LEAK_INTERVAL_MS)
  }

  return {
    initialize(given) {
      context = given
    },
    start() {
      leakMemory(context.config)
    },
    async handleEvent() {
      const { errorShare, latencyMs, crash: kind, crashAfterEvents, stall: how, stallAfterEvents } = context.config
      handled += 1
      if (latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, latencyMs))
      if (kind !== 'never' && handled >= crashAfterEvents) return crash()
      if (how !== 'never' && handled >= stallAfterEvents) return stall()
      due += errorShare
      if (due < 1) return
      due -= 1
      failed += 1
      throw new Error(`chaos: failure ${failed} on purpose`)
    },
    updateConfig(config) {
      due = 0
      leakMemory(config)
    },
    stop() {
      clearInterval(leak)
    },
    status: () => ({
      handled,
      failed,
      leakedMb: Math.round(leaked.reduce((sum, { length }) => sum + length, 0) / MEGABYTE),
    }),
  }
})
