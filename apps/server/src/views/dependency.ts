import { unmetDependencies, type PluginSnapshot } from '@plugboard/core'
import type { DependencyView } from '@plugboard/protocol'

export function dependencyViews(plugins: readonly PluginSnapshot[]): DependencyView[] {
  const loaded = new Map(plugins.map(({ metadata }) => [metadata.id, metadata]))
  const enabled = new Set(plugins.flatMap((plugin) => (plugin.enabled ? [plugin.metadata.id] : [])))
  return plugins.map(({ metadata }) => {
    const unmet = new Set(unmetDependencies(metadata, loaded).map(({ id }) => id))
    const needs = Object.entries(metadata.dependencies).map(([id, range]) => {
      const isEnabled = enabled.has(id)
      return { id, range, found: loaded.get(id)?.version ?? null, isEnabled, isMet: isEnabled && !unmet.has(id) }
    })
    return { id: metadata.id, needs }
  })
}
