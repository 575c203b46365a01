import type { PluginMetadata } from '@plugboard/plugin-sdk'
import { unmetDependencies, type GraphNode } from './dependency-graph.ts'
import type { ManagedPlugin } from './managed-plugin.ts'
import { managerStats, type ManagerStats } from './manager-stats.ts'
import { PluginError } from './plugin-error.ts'

/** The plugins that are loaded, by id. */
export class PluginRegistry {
  readonly #plugins = new Map<string, ManagedPlugin>()
  /** Figures of plugins that are unloaded: the totals never fall. */
  readonly #gone = { eventsProcessed: 0, errorCount: 0 }

  add(plugin: ManagedPlugin): void {
    this.#plugins.set(plugin.id, plugin)
  }

  remove(plugin: ManagedPlugin): void {
    this.#plugins.delete(plugin.id)
    const { lifetime } = plugin.stats()
    this.#gone.eventsProcessed += lifetime.eventsProcessed
    this.#gone.errorCount += lifetime.errorCount
  }

  has(id: string): boolean {
    return this.#plugins.has(id)
  }

  find(id: string): ManagedPlugin | undefined {
    return this.#plugins.get(id)
  }

  /** @throws PluginError `PLUGIN_NOT_FOUND` */
  get(id: string): ManagedPlugin {
    const plugin = this.#plugins.get(id)
    if (!plugin) throw notFound(id)
    return plugin
  }

  /** An operation that waited may find its plugin gone. @throws PluginError `PLUGIN_NOT_FOUND` */
  check(plugin: ManagedPlugin): void {
    if (this.#plugins.get(plugin.id) !== plugin) throw notFound(plugin.id)
  }

  /** @throws PluginError `DEPENDENCY_UNMET` */
  checkDependencies(node: GraphNode): void {
    const unmet = unmetDependencies(node, new Map(this.nodes().map((one) => [one.id, one])))
    if (unmet.length === 0) return
    const text = unmet.map(({ id, range, found }) => `${id} ${range}${found === null ? '' : ` (loaded: ${found})`}`)
    throw new PluginError('DEPENDENCY_UNMET', `${node.id} needs ${text.join(', ')}`, { unmet })
  }

  all(): ManagedPlugin[] {
    return [...this.#plugins.values()]
  }

  nodes(): PluginMetadata[] {
    return this.all().map((plugin) => plugin.source.metadata)
  }

  *active(): Iterable<ManagedPlugin> {
    for (const plugin of this.#plugins.values()) if (plugin.state === 'active') yield plugin
  }

  stats(): ManagerStats {
    return managerStats(this.#plugins.values(), this.#gone)
  }
}

function notFound(id: string): PluginError<'PLUGIN_NOT_FOUND'> {
  const shown = String(id).slice(0, 128)
  return new PluginError('PLUGIN_NOT_FOUND', `there is no plugin ${shown}`, { id: shown })
}
