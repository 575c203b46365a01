import type { PluginMetadata } from '@plugboard/plugin-sdk'
import { cycleOf, unmetDependencies, type GraphNode } from '../catalog/dependency-graph.ts'
import { SharedSecrets } from '../config/redactor.ts'
import type { Plugin } from './plugin.ts'
import { PluginError, type ErrorDetails } from '../errors/plugin-error.ts'
import type { PluginState } from './state.ts'

type Unmet = ErrorDetails['DEPENDENCY_UNMET']['unmet']

/** The plugins that are loaded, by id. */
export class PluginRegistry {
  readonly secrets = new SharedSecrets()
  readonly #plugins = new Map<string, Plugin>()
  readonly #gone = { eventsProcessed: 0, errorCount: 0 }

  add(plugin: Plugin): void {
    this.#plugins.set(plugin.id, plugin)
    this.secrets.add(plugin.config.redactor)
  }

  remove(plugin: Plugin): void {
    this.#plugins.delete(plugin.id)
    this.secrets.delete(plugin.config.redactor)
    plugin.events.release()
    const { lifetime } = plugin.events.totals
    this.#gone.eventsProcessed += lifetime.eventsProcessed
    this.#gone.errorCount += lifetime.errorCount
  }

  has(id: string): boolean {
    return this.#plugins.has(id)
  }

  find(id: string): Plugin | undefined {
    return this.#plugins.get(id)
  }

  /** @throws PluginError `PLUGIN_NOT_FOUND` */
  get(id: string): Plugin {
    const plugin = this.#plugins.get(id)
    if (!plugin) throw notFound(id)
    return plugin
  }

  /** The value without the secrets of these plugins, as far as they are loaded, and without the longer ones of all others. */
  redact<T>(ids: readonly string[], value: T): T {
    const owners = ids.flatMap((id) => this.#plugins.get(id)?.config.redactor ?? [])
    return this.secrets.redact(owners, value)
  }

  /** An operation that waited may find its plugin gone. @throws PluginError `PLUGIN_NOT_FOUND` */
  check(plugin: Plugin): void {
    if (this.#plugins.get(plugin.id) !== plugin) throw notFound(plugin.id)
  }

  /**
   * Checks that every dependency of a plugin is loaded in a matching version and enabled, and that the plugin does not
   * depend on itself.
   * @param nodes the plugins as they are, or will be
   * @throws PluginError `DEPENDENCY_UNMET`, `DEPENDENCY_CYCLE`
   */
  checkDependencies(node: GraphNode, nodes: readonly GraphNode[] = this.nodes()): void {
    checkCycle(node, nodes)
    const missing = this.#missing(node, nodes)
    const known = new Set(missing.map(({ id }) => id))
    const disabled = Object.entries(node.dependencies).flatMap(([id, range]) => {
      const plugin = this.#plugins.get(id)
      if (!plugin || plugin.enabled || known.has(id)) return []
      return [{ id, range, found: plugin.release.metadata.version, disabled: true }]
    })
    refuseUnmet(node.id, [...missing, ...disabled])
  }

  /** The same, but for what is only disabled. @throws PluginError `DEPENDENCY_UNMET`, `DEPENDENCY_CYCLE` */
  checkPresent(node: GraphNode): void {
    checkCycle(node, this.nodes())
    refuseUnmet(node.id, this.#missing(node))
  }

  #missing(node: GraphNode, nodes: readonly GraphNode[] = this.nodes()): Unmet {
    const loaded = new Map(nodes.map((one) => [one.id, one]))
    return unmetDependencies(node, loaded).map((dependency) => ({ ...dependency, disabled: false }))
  }

  all(): Plugin[] {
    return [...this.#plugins.values()]
  }

  nodes(): PluginMetadata[] {
    return this.all().map((plugin) => plugin.release.metadata)
  }

  /** What a plugin needs, and what has been restarted with a version that does not do. */
  dependenciesChanged({ release }: Plugin): { id: string; range: string; found: string }[] {
    return this.#missing(release.metadata).flatMap(({ id, range, found }) =>
      found === null ? [] : [{ id, range, found }],
    )
  }

  /** What a plugin needs and what is not active now. */
  dependenciesDown({ release }: Plugin): { id: string; state: PluginState }[] {
    return Object.keys(release.metadata.dependencies).flatMap((id) => {
      const state = this.#plugins.get(id)?.state ?? 'unloaded'
      return state === 'active' ? [] : [{ id, state }]
    })
  }

  *active(): Iterable<Plugin> {
    for (const plugin of this.#plugins.values()) if (plugin.state === 'active') yield plugin
  }

  /** Those that get events, now or once an update has ended. */
  *receiving(): Iterable<Plugin> {
    for (const plugin of this.#plugins.values()) if (plugin.isReceiving) yield plugin
  }

  *absent(): Iterable<Plugin> {
    for (const plugin of this.#plugins.values()) if (!plugin.isReceiving) yield plugin
  }

  /** What plugins counted that are unloaded now, so that totals over all plugins never fall. */
  get unloadedTotals(): { readonly eventsProcessed: number; readonly errorCount: number } {
    return this.#gone
  }
}

/**
 * @param nodes the others; one with its id is replaced by it
 * @throws PluginError `DEPENDENCY_CYCLE`, which names it in full
 */
export function checkCycle(node: GraphNode, nodes: readonly GraphNode[]): void {
  const { id } = node
  const cycle = cycleOf(id, [...nodes.filter((one) => one.id !== id), node])
  if (!cycle) return
  throw new PluginError('DEPENDENCY_CYCLE', `${id} depends on itself: ${cycle.join(' → ')}`, { cycle })
}

/** @throws PluginError `DEPENDENCY_UNMET` unless there is nothing */
function refuseUnmet(id: string, unmet: Unmet): void {
  if (unmet.length === 0) return
  const parts = unmet.map(({ id: needed, range, found, disabled }) => {
    if (disabled) return `${needed} ${range}, which is disabled`
    return `${needed} ${range}, ${found === null ? 'which is not loaded' : `but ${found} is loaded`}`
  })
  throw new PluginError('DEPENDENCY_UNMET', `${id} needs ${parts.join('; ')}`, { unmet })
}

function notFound(id: string): PluginError<'PLUGIN_NOT_FOUND'> {
  const shown = String(id).slice(0, 128)
  return new PluginError('PLUGIN_NOT_FOUND', `there is no plugin ${shown}`, { id: shown })
}
