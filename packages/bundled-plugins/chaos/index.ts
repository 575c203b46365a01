import { definePlugin, type PluginContext } from '@plugboard/plugin-sdk'

export type ChaosConfig = {
  readonly errorShare: number
  readonly latencyMs: number
  readonly crash: 'never' | 'exit' | 'uncaught'
  readonly crashAfterEvents: number
}

/** Fails on purpose. The share is kept exactly, not by chance: of 100 events at 0.5, 50 fail. */
export default definePlugin<ChaosConfig>(() => {
  let context: PluginContext<ChaosConfig>
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

  return {
    initialize(given) {
      context = given
    },
    async handleEvent() {
      const { errorShare, latencyMs, crash: kind, crashAfterEvents } = context.config
      handled += 1
      if (latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, latencyMs))
      if (kind !== 'never' && handled >= crashAfterEvents) return crash()
      due += errorShare
      if (due < 1) return
      due -= 1
      failed += 1
      throw new Error(`chaos: failure ${failed} on purpose`)
    },
    updateConfig() {
      due = 0
    },
    status: () => ({ handled, failed }),
  }
})
