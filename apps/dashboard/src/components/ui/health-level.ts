import type { PluginState } from '@plugboard/protocol'

export type HealthLevel = 'healthy' | 'warning' | 'unhealthy' | 'known' | 'off' | 'starting'

/**
 * What the health mark of a plugin says. A plugin that is meant to be off is neither well nor ill; of one that is not well
 * and silenced somebody knows.
 */
export function healthLevel(row: {
  readonly isHealthy: boolean
  readonly enabled: boolean
  readonly state: PluginState
  readonly reasonLevel: string | null
  readonly silencedUntil: number | null
}): HealthLevel {
  const isKnown = row.silencedUntil !== null
  if (row.isHealthy) return row.reasonLevel === null ? 'healthy' : isKnown ? 'known' : 'warning'
  if (row.state === 'loading' || row.state === 'initializing' || (row.state === 'unloading' && row.enabled))
    return 'starting'
  if (!row.enabled) return 'off'
  return isKnown ? 'known' : 'unhealthy'
}
