import { definePlugin, isEvent, type PluginContext, type PluginEvent } from '@plugboard/plugin-sdk'
import { CALM, nextStanding, type Rule, type Standing } from './threshold.ts'

export type ThresholdAlertsConfig = { readonly rules: readonly Rule[] }

/** Publishes `alert.raised` and `alert.cleared` as metrics cross their limits, with hysteresis. */
export default definePlugin<ThresholdAlertsConfig>(() => {
  const standings = new Map<string, Standing>()
  let context: PluginContext<ThresholdAlertsConfig>

  async function apply(rule: Rule, { data: { value }, at: given }: PluginEvent<'performance.update'>): Promise<void> {
    // A source whose clock is ahead would hold up what comes after it.
    const at = Math.min(given, Date.now())
    const before = standings.get(keyOf(rule)) ?? CALM
    const after = nextStanding(rule, before, { value, at })
    standings.set(keyOf(rule), after)
    const raised = after.state === 'raised' && before.state !== 'raised'
    const cleared = before.state === 'raised' && after.state !== 'raised'
    if (!raised && !cleared) return
    const { metric, raise, clear } = rule
    context.logger[raised ? 'warn' : 'info'](
      `${metric} ${raised ? `is at ${value}: beyond ${raise}` : `is back at ${value}`}`,
    )
    await context.eventBus.publish({
      type: raised ? 'alert.raised' : 'alert.cleared',
      data: { metric, value, raise, clear },
    })
  }

  return {
    initialize(given) {
      context = given
    },
    async handleEvent(event) {
      if (!isEvent(event, 'performance.update')) return
      for (const rule of context.config.rules) if (rule.metric === event.data.metric) await apply(rule, event)
    },
    updateConfig({ rules }) {
      // A rule that is gone, or has other limits, begins calm.
      const kept = new Set(rules.map(keyOf))
      for (const key of standings.keys()) if (!kept.has(key)) standings.delete(key)
    },
    status: () => ({
      rules: context.config.rules.map((rule) => ({ metric: rule.metric, ...(standings.get(keyOf(rule)) ?? CALM) })),
    }),
  }
})

function keyOf({ metric, raise, clear, forSeconds }: Rule): string {
  return JSON.stringify([metric, raise, clear, forSeconds])
}
