import type { PluginState } from '@plugboard/protocol'

export type HealthLevel = 'healthy' | 'warning' | 'unhealthy' | 'off' | 'starting'

/** What the health mark of a plugin says; a plugin that is meant to be off is neither well nor ill. */
export function healthLevel(row: {
  readonly isHealthy: boolean
  readonly enabled: boolean
  readonly state: PluginState
  readonly reasonLevel: string | null
}): HealthLevel {
  if (row.isHealthy) return row.reasonLevel === null ? 'healthy' : 'warning'
  if (row.state === 'loading' || row.state === 'initializing' || (row.state === 'unloading' && row.enabled))
    return 'starting'
  return row.enabled ? 'unhealthy' : 'off'
}
