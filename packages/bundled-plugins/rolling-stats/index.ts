import { definePlugin, isEvent, type PluginContext, type PluginEvent } from '@plugboard/plugin-sdk'
import { MovingWindow, type WindowSummary } from './window.ts'

export type RollingStatsConfig = {
  readonly windowSeconds: number
  readonly publishEverySeconds: number
  readonly metrics: readonly string[]
}

/** Publishes `stats.rolling` with the percentiles of each metric, every so many seconds. */
export default definePlugin<RollingStatsConfig>(() => {
  const windows = new Map<string, MovingWindow>()
  const publishedAt = new Map<string, number>()
  const latest = new Map<string, WindowSummary>()
  let context: PluginContext<RollingStatsConfig>

  async function take({ data: { metric, value }, at: given }: PluginEvent<'performance.update'>): Promise<void> {
    // A source whose clock is ahead would hold up what comes after it.
    const at = Math.min(given, Date.now())
    const { windowSeconds, publishEverySeconds, metrics } = context.config
    if (metrics.length > 0 && !metrics.includes(metric)) return
    const window = windows.get(metric) ?? new MovingWindow()
    windows.set(metric, window)
    window.add(at, value)

    const last = publishedAt.get(metric) ?? at
    if (!publishedAt.has(metric)) publishedAt.set(metric, at)
    if (at - last < publishEverySeconds * 1_000) return
    const summary = window.summarize(at, windowSeconds)
    if (!summary) return
    publishedAt.set(metric, at)
    latest.set(metric, summary)
    await context.eventBus.publish({
      type: 'stats.rolling',
      data: { metric, windowSeconds, ...summary },
    })
  }

  return {
    initialize(given) {
      context = given
    },
    async handleEvent(event) {
      if (isEvent(event, 'performance.update')) await take(event)
    },
    updateConfig({ metrics }) {
      // A metric that is no longer followed must not be shown as if it were.
      for (const metric of windows.keys()) {
        if (metrics.length === 0 || metrics.includes(metric)) continue
        windows.delete(metric)
        latest.delete(metric)
        publishedAt.delete(metric)
      }
    },
    status: () => ({ metrics: Object.fromEntries([...latest].map(([metric, summary]) => [metric, { ...summary }])) }),
  }
})
