import { checkCycle, type PluginLoader } from './plugin-loader.ts'
import { closePlugins } from './close-plugins.ts'
import { startOrder } from '../catalog/dependency-graph.ts'
import {
  planDisable,
  planEnable,
  planLoad,
  planRestart,
  planUnload,
  type Plan,
  type PlannedPlugin,
  type Step,
} from './plan.ts'
import type { Plugin } from '../plugin/plugin.ts'
import type { LoadOptions, StoredPlugin } from '../plugin/load-options.ts'
import { PluginError } from '../errors/plugin-error.ts'
import type { FactBody } from '../plugin/fact.ts'
import type { PluginRegistry } from '../plugin/registry.ts'
import type { RestartReason } from '../accounting/plugin-stats.ts'
import { Slots } from './slots.ts'
import type { FailureKind } from '../supervision/restart-policy.ts'
import type { Supervisor } from '../supervision/supervisor.ts'

export interface DryRunOption {
  /** Change nothing, and return the plan, including the steps that need `cascade`. */
  readonly dryRun?: boolean
}

export interface EnableOptions extends DryRunOption {
  /** Enable what it needs first, instead of refusing. */
  readonly cascade?: boolean
}

export interface EndOptions extends DryRunOption {
  /** Disable active plugins that need this one first, instead of refusing. */
  readonly cascade?: boolean
}

export interface ScanResult {
  readonly loaded: readonly string[]
  readonly failed: readonly { readonly path: string; readonly error: PluginError }[]
}

/** More at once would only wait for the same processors, and run into their deadlines. */
const STARTS_AT_ONCE = 8

interface PluginLifecycleOptions {
  readonly registry: PluginRegistry
  readonly loader: PluginLoader
  readonly supervisor: Supervisor
  readonly announce: (fact: FactBody) => void
}

/** What can be done to plugins: each operation makes its plan, then runs the plan's steps, one plugin at a time. */
export class PluginLifecycle {
  readonly #registry: PluginRegistry
  readonly #loader: PluginLoader
  readonly #supervisor: Supervisor
  readonly #announce: (fact: FactBody) => void

  constructor({ registry, loader, supervisor, announce }: PluginLifecycleOptions) {
    this.#registry = registry
    this.#loader = loader
    this.#supervisor = supervisor
    this.#announce = announce
  }

  /** Loads what lies in the plugin paths, dependencies first; the others continue if one fails. */
  async scanAndLoad(options: LoadOptions): Promise<ScanResult> {
    const found = await this.#loader.list()
    const loaded: string[] = []
    const failed: { path: string; error: PluginError }[] = []
    for (const { path, error } of found) if (error) failed.push({ path, error })

    const readable = found.flatMap(({ path, metadata }) => (metadata ? [{ ...metadata, path }] : []))
    for (const node of startOrder(readable)) {
      try {
        checkCycle(node, readable)
        loaded.push(await this.load(node.path, options))
      } catch (thrown) {
        failed.push({ path: node.path, error: PluginError.from(thrown) })
      }
    }
    return { loaded, failed }
  }

  async planLoad(path: string, options: LoadOptions): Promise<Plan> {
    const { id, enabled } = await this.#loader.check(path, options)
    return { steps: planLoad(id, { enabled }) }
  }

  async load(path: string, options: LoadOptions): Promise<string> {
    const plugin = await this.#loader.register(path, options)
    const { id } = plugin
    // Queued before the plugin is announced, so that operations of a listener come after it.
    const started = plugin.enabled
      ? plugin.operations.run('load', (signal) => plugin.start(signal, 'manual'))
      : Promise.resolve()
    plugin.rest('loaded')
    this.#announce({ type: 'loaded', id, at: Date.now() })
    await started
    return id
  }

  /** Lists plugins as their host has stored them, none of them started. @throws PluginError as `PluginLoader.restore` does */
  async restore(stored: readonly StoredPlugin[]): Promise<void> {
    for (const options of stored) {
      const plugin = await this.#loader.restore(options)
      plugin.rest('loaded')
      this.#announce({ type: 'loaded', id: plugin.id, at: Date.now() })
    }
  }

  /** Starts what is enabled and only loaded, each after what it needs has settled; a few at a time. */
  async startEnabled(): Promise<void> {
    const slots = new Slots(STARTS_AT_ONCE)
    const settled = new Map<string, Promise<void>>()
    for (const { id, dependencies } of startOrder(this.#registry.nodes())) {
      const needed = Object.keys(dependencies).flatMap((one) => settled.get(one) ?? [])
      settled.set(
        id,
        Promise.all(needed).then(() => slots.run(() => this.#startLoaded(id))),
      )
    }
    await Promise.all(settled.values())
  }

  async enable(id: string, { cascade = false, dryRun = false }: EnableOptions): Promise<Plan> {
    const plugin = this.#registry.get(id)
    const steps = planEnable(id, this.#planned())
    if (dryRun) {
      // A cascade cannot enable a dependency that is not loaded or has a wrong version.
      if (steps.length > 0) this.#registry.checkPresent(plugin.release.metadata)
      return { steps }
    }
    if (cascade) for (const step of steps.slice(0, -1)) await this.#enable(this.#registry.get(step.id))
    await this.#enable(plugin)
    return { steps }
  }

  async restart(id: string, { dryRun = false }: DryRunOption): Promise<Plan> {
    const plugin = this.#registry.get(id)
    const steps = planRestart(id, this.#planned())
    if (dryRun) return { steps }
    const restart = async (signal: AbortSignal): Promise<void> => {
      this.#registry.check(plugin)
      this.#checkStart(plugin)
      this.#takeOver(plugin, { enabled: true })
      if (plugin.state === 'active' || plugin.state === 'unloading')
        await plugin.end({ keepQueue: plugin.state === 'active' })
      await plugin.start(signal, 'manual')
    }
    await plugin.operations.join('restart', restart, { aborts: true })
    return { steps }
  }

  /** Cancels the automatic restart and discards the events that waited for it. */
  callOffRestart(plugin: Plugin): void {
    this.#supervisor.cancel(plugin.id)
    plugin.events.mailbox.discard()
    plugin.status.postpone(null)
  }

  /** A restart that was due; what it fails on is recorded in the plugin and supervised anew. */
  async restartAutomatically(id: string, kind: FailureKind): Promise<void> {
    const plugin = this.#registry.find(id)
    await plugin?.operations
      .run('automatic restart', async (signal) => {
        // Somebody may have been first.
        if (plugin.state !== 'error' || !plugin.enabled || this.#registry.find(id) !== plugin) return
        await this.#startChecked(plugin, signal, kind)
      })
      .catch(() => {})
  }

  async disable(id: string, options: EndOptions): Promise<Plan> {
    return this.#endWithDependents(planDisable(id, this.#planned()), { id, ...options })
  }

  async unload(id: string, options: EndOptions): Promise<Plan> {
    return this.#endWithDependents(planUnload(id, this.#planned()), { id, ...options })
  }

  /** Stops everything in reverse dependency order, then kills what is left: afterwards nothing is alive [SH1.a]. */
  async close(closeMs: number): Promise<void> {
    this.#supervisor.close()
    await closePlugins(this.#registry, { closeMs, stop: (plugin) => this.#stop(plugin) })
  }

  async #enable(plugin: Plugin): Promise<void> {
    await plugin.operations.run('enable', async (signal) => {
      this.#registry.check(plugin)
      this.#checkStart(plugin)
      this.#takeOver(plugin, { enabled: true })
      if (plugin.state === 'active') return
      if (plugin.state === 'unloading') await plugin.end({ keepQueue: false })
      await plugin.start(signal, 'manual')
    })
  }

  /** All plugins as plans see them. */
  #planned(): PlannedPlugin[] {
    return this.#registry.all().map(({ release: { metadata }, state, enabled }) => ({ ...metadata, state, enabled }))
  }

  /**
   * Checks the dependencies before a start. If the plugin is in error, the unmet dependency becomes its last error.
   * @throws PluginError `DEPENDENCY_UNMET`
   */
  #checkStart(plugin: Plugin): void {
    if (plugin.state === 'active') return
    try {
      this.#registry.checkDependencies(plugin.release.metadata)
    } catch (thrown) {
      plugin.status.postpone(plugin.status.nextRestartAt, PluginError.from(thrown))
      throw thrown
    }
  }

  /** What it fails on is recorded in the plugin and supervised. */
  async #startLoaded(id: string): Promise<void> {
    const plugin = this.#registry.find(id)
    await plugin?.operations
      .run('start', async (signal) => {
        if (plugin.state !== 'loaded' || !plugin.enabled || this.#registry.find(id) !== plugin) return
        await this.#startChecked(plugin, signal, 'manual')
      })
      .catch(() => {})
  }

  async #startChecked(plugin: Plugin, signal: AbortSignal, reason: RestartReason): Promise<void> {
    try {
      this.#registry.checkDependencies(plugin.release.metadata)
    } catch (thrown) {
      return plugin.refuseStart(PluginError.from(thrown))
    }
    await plugin.start(signal, reason)
  }

  /** For a manual operation: cancels the automatic restart and clears the count of failures. */
  #takeOver(plugin: Plugin, { enabled }: { readonly enabled: boolean }): void {
    plugin.enabled = enabled
    this.#supervisor.forget(plugin.id)
  }

  async #endWithDependents(
    steps: readonly Step[],
    { id, cascade = false, dryRun = false }: EndOptions & { readonly id: string },
  ): Promise<Plan> {
    const plugin = this.#registry.get(id)
    if (dryRun) return { steps }
    const dependents = steps.flatMap((step) => (step.id === id ? [] : [step.id]))
    if (dependents.length > 0 && !cascade) {
      throw new PluginError('HAS_DEPENDENTS', `${id} is required by ${dependents.join(', ')}`, { dependents })
    }
    for (const step of steps) await this.#runEnding(this.#registry.get(step.id), step.action)
    // A plan for one that is loaded already has no steps; it waits its turn all the same, behind a start that is under way.
    if (steps.length === 0) await this.#runEnding(plugin, 'disable')
    return { steps }
  }

  async #runEnding(plugin: Plugin, action: Step['action']): Promise<void> {
    const end = async (): Promise<void> => {
      this.#registry.check(plugin)
      this.#takeOver(plugin, { enabled: false })
      if (action === 'disable') return this.#stop(plugin)
      await plugin.end({ keepQueue: false })
      plugin.rest('unloaded')
      this.#registry.remove(plugin)
      this.#announce({ type: 'unloaded', id: plugin.id, at: Date.now() })
    }
    await plugin.operations.run(action, end, { aborts: true })
  }

  async #stop(plugin: Plugin): Promise<void> {
    // A start that this operation has aborted leaves the queue to it.
    if (plugin.state === 'loaded') return plugin.events.mailbox.discard()
    await plugin.end({ keepQueue: false })
    plugin.rest('loaded')
  }
}
