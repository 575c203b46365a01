import { clock } from '../util/clock.ts'
import type { InstalledPlace } from '../catalog/release.ts'
import type { PluginLoader } from './plugin-loader.ts'
import type { PluginUpdates } from './plugin-updates.ts'
import { closePlugins } from './close-plugins.ts'
import { startOrder } from '../catalog/dependency-graph.ts'
import {
  planDisable,
  planEnable,
  planLoad,
  planRestart,
  planUnload,
  type DryRunOption,
  type Plan,
  type PlannedPlugin,
  type Step,
} from './plan.ts'
import type { Plugin } from '../plugin/plugin.ts'
import type { LoadOptions, StoredPlugin } from '../plugin/load-options.ts'
import { PluginError } from '../errors/plugin-error.ts'
import type { FactBody } from '../plugin/fact.ts'
import { checkCycle, type PluginRegistry } from '../plugin/registry.ts'
import type { RestartReason } from '../accounting/plugin-stats.ts'
import { Slots } from './slots.ts'
import type { FailureKind } from '../supervision/restart-policy.ts'
import type { Supervisor } from '../supervision/supervisor.ts'

export interface EnableOptions extends DryRunOption {
  /** Enable the disabled dependencies of the plugin first, instead of refusing. */
  readonly cascade?: boolean
}

export interface EndOptions extends DryRunOption {
  /** First disable the running plugins that depend on this one, instead of refusing. */
  readonly cascade?: boolean
}

export interface ScanResult {
  readonly loaded: readonly string[]
  readonly failed: readonly { readonly path: string; readonly error: PluginError }[]
}

/** More starts at the same time would only wait for the same processors and miss their deadlines. */
const STARTS_AT_ONCE = 8

interface PluginLifecycleOptions {
  readonly registry: PluginRegistry
  readonly loader: PluginLoader
  readonly supervisor: Supervisor
  readonly updates: PluginUpdates
  readonly announce: (fact: FactBody) => void
}

/**
 * The operations on plugins. `enable`, `restart`, `disable` and `unload` make a plan first, and change one plugin at a
 * time.
 */
export class PluginLifecycle {
  readonly #registry: PluginRegistry
  readonly #loader: PluginLoader
  readonly #supervisor: Supervisor
  readonly #updates: PluginUpdates
  readonly #announce: (fact: FactBody) => void

  constructor({ registry, loader, supervisor, updates, announce }: PluginLifecycleOptions) {
    this.#registry = registry
    this.#loader = loader
    this.#supervisor = supervisor
    this.#updates = updates
    this.#announce = announce
  }

  /**
   * Loads the plugins in the plugin paths that are not loaded yet, dependencies first. A plugin that fails does not
   * stop the others.
   */
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

  async planLoad(place: string | InstalledPlace, options: LoadOptions): Promise<Plan> {
    const { id, enabled } = await this.#loader.check(place, options)
    return { steps: planLoad(id, { enabled }) }
  }

  async load(place: string | InstalledPlace, options: LoadOptions): Promise<string> {
    const { signal } = options
    if (signal?.aborted) throw calledOff(typeof place === 'string' ? place : place.id)
    const plugin = await this.#loader.register(place, options)
    const { id } = plugin
    // The start is queued before the plugin is announced, so that operations of a listener run after the start.
    const started = plugin.enabled
      ? plugin.operations.run('load', (signal) => plugin.start(signal, 'manual'))
      : Promise.resolve()
    plugin.rest('loaded')
    this.#announce({ type: 'loaded', id, at: clock.epoch() })
    let ending: Promise<void> | undefined
    const callOff = (): void => {
      // It fails only where the plugin is gone already.
      ending = this.#runEnding(plugin, 'unload').catch(() => {})
    }
    // It may have been called off while the plugin was read.
    if (signal?.aborted) callOff()
    else signal?.addEventListener('abort', callOff)
    try {
      await started
    } finally {
      signal?.removeEventListener('abort', callOff)
      await ending
    }
    if (signal?.aborted) throw calledOff(id)
    return id
  }

  /**
   * Registers plugins as the host stored them, and starts none of them. @throws PluginError as `PluginLoader.restore`
   * does
   */
  async restore(stored: readonly StoredPlugin[]): Promise<void> {
    if (!Array.isArray(stored)) {
      throw new PluginError('OPTION_INVALID', 'stored plugins must be a list', { option: 'stored' })
    }
    for (const options of stored) {
      const plugin = await this.#loader.restore(options)
      plugin.rest('loaded')
      this.#announce({ type: 'loaded', id: plugin.id, at: clock.epoch() })
      if (options.update) await this.#updates.resume(plugin, options.update)
    }
  }

  /**
   * Starts the enabled plugins that are in the state `loaded`. Each one starts after the starts of its dependencies
   * have succeeded or failed. At most `STARTS_AT_ONCE` starts run at the same time.
   */
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
      // A cascade cannot enable a dependency that is not loaded or has a wrong version, nor one that lacks one.
      for (const step of steps) this.#registry.checkPresent(this.#registry.get(step.id).release.metadata)
      return { steps }
    }
    if (cascade) for (const step of steps.slice(0, -1)) await this.#enable(this.#registry.get(step.id))
    await this.#enable(plugin)
    return { steps }
  }

  async restart(id: string, { dryRun = false }: DryRunOption): Promise<Plan> {
    const plugin = this.#registry.get(id)
    const steps = planRestart(id, this.#planned())
    if (dryRun) {
      if (plugin.state !== 'active') this.#registry.checkDependencies(plugin.release.metadata)
      await this.#updates.checkRestart(plugin)
      return { steps }
    }
    const restart = async (signal: AbortSignal): Promise<void> => {
      this.#registry.check(plugin)
      this.#checkStart(plugin)
      await this.#updates.checkRestart(plugin)
      this.#takeOver(plugin, { enabled: true })
      if (plugin.state === 'active' || plugin.state === 'unloading')
        await plugin.end({ keepQueue: plugin.state === 'active', keepUpdate: true })
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

  /**
   * Runs an automatic restart that is due. If the start fails, the plugin records the error, and the supervisor decides
   * on the next restart.
   */
  async restartAutomatically(id: string, kind: FailureKind): Promise<void> {
    const plugin = this.#registry.find(id)
    await plugin?.operations
      .run('automatic restart', async (signal) => {
        // Another operation may have started, disabled or removed the plugin since the restart was scheduled.
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
   * @throws PluginError `DEPENDENCY_UNMET`, `DEPENDENCY_CYCLE`
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

  /** If the start fails, the plugin records the error, and the supervisor decides on a restart. */
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
    // A plugin in the state `loaded` has a plan without steps. The operation is queued all the same, because a start
    // may be queued before it.
    if (steps.length === 0) await this.#runEnding(plugin, 'disable')
    return { steps }
  }

  async #runEnding(plugin: Plugin, action: Step['action']): Promise<void> {
    const end = async (): Promise<void> => {
      this.#registry.check(plugin)
      this.#takeOver(plugin, { enabled: false })
      if (action === 'disable') return this.#stop(plugin)
      await plugin.end({ keepQueue: false })
      await plugin.dispose()
      plugin.rest('unloaded')
      this.#registry.remove(plugin)
      this.#announce({ type: 'unloaded', id: plugin.id, at: clock.epoch() })
    }
    await plugin.operations.run(action, end, { aborts: true })
  }

  async #stop(plugin: Plugin): Promise<void> {
    // If this operation aborted a start, the plugin is already in the state `loaded`, and its queue must be discarded
    // here.
    if (plugin.state === 'loaded') {
      plugin.events.mailbox.discard()
      return plugin.endUpdate()
    }
    await plugin.end({ keepQueue: false })
    plugin.rest('loaded')
  }
}

function calledOff(name: string): PluginError<'ABORTED'> {
  return new PluginError('ABORTED', `the load of ${name} was called off`, { id: name })
}
