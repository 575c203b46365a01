import type { Dispose, EventBody, JsonObject, JsonValue, Permission, PluginMessage } from '@plugboard/plugin-sdk'
import { closePlugins } from './close-plugins.ts'
import { ConfigValidator } from './config/config-validator.ts'
import type { ConfigView } from './config/plugin-config.ts'
import { dependentsOf, planEnding, startOrder, type Step } from './dependency-graph.ts'
import type { BroadcastOutcome } from './events/broadcast.ts'
import type { DeadLetter } from './events/dead-letters.ts'
import { ensureFolder } from './ensure-folder.ts'
import { EventBus, type PublishOptions } from './events/event-bus.ts'
import { Listeners } from './guest/listeners.ts'
import { describeThrown } from './guest/thrown.ts'
import { HostServices } from './host-services.ts'
import type { ManagedPlugin } from './managed-plugin.ts'
import {
  withDefaults,
  type HostLogger,
  type LoadOptions,
  type PluginManagerOptions,
  type Settings,
} from './manager-options.ts'
import type { ManagerStats } from './manager-stats.ts'
import { checkNode } from './node-support.ts'
import { DEFAULT_GRANTS } from './permission.ts'
import { PluginError } from './plugin-error.ts'
import type { PluginFact } from './plugin-fact.ts'
import type { PluginHealth } from './plugin-health.ts'
import { PluginLoader, type AvailablePlugin } from './plugin-loader.ts'
import { parsePermissions } from './plugin-metadata.ts'
import { PluginRegistry } from './plugin-registry.ts'
import { healthOf, snapshotOf, type PluginInstance } from './plugin-snapshot.ts'
import { GuestLedger } from './runner/guest-ledger.ts'
import { SharedDataStore } from './shared-data.ts'

export interface EndOptions {
  /** Disable active plugins that need this one first, instead of refusing. */
  readonly cascade?: boolean
  /** Change nothing; answer with the steps. */
  readonly dryRun?: boolean
}

export interface Plan {
  readonly steps: readonly Step[]
}

export interface ScanResult {
  readonly loaded: readonly string[]
  readonly failed: readonly { readonly path: string; readonly error: PluginError }[]
}

/** What the host and its plugins share. */
export interface ManagerContext {
  readonly vmInstanceId: string
  readonly eventBus: EventBus
  readonly sharedData: SharedDataStore
  readonly logger: HostLogger
}

const USAGE_INTERVAL_MS = 500

/**
 * Runs plugins: loads them, each in its own guest process, takes them through their lifecycle, delivers events to them
 * and tells the truth about them. Methods reject with {@link PluginError}; operations on one plugin run one at a time.
 */
export class PluginManager implements AsyncDisposable {
  readonly context: ManagerContext
  readonly #settings: Settings
  readonly #registry = new PluginRegistry()
  readonly #loader: PluginLoader
  readonly #facts = new Listeners<PluginFact>()
  readonly #validator = new ConfigValidator()
  readonly #usageTimer: NodeJS.Timeout
  #closing: Promise<void> | undefined

  /**
   * @param vmInstanceId names the machine, or the service, that the plugins serve
   * @throws PluginError `NODE_UNSUPPORTED`, `OPTION_INVALID`
   */
  constructor(vmInstanceId: string, options: PluginManagerOptions = {}) {
    checkNode()
    this.#settings = withDefaults(options)
    makeDataDir(this.#settings.dataDir)
    const { logger } = this.#settings
    const ledger = new GuestLedger(this.#settings.dataDir, (error) => {
      logger.log('warn', `the notes on guests cannot be kept: ${describeThrown(error).message}`)
    })

    const eventBus = new EventBus({
      receivers: () => this.#registry.active(),
      onListenerThrew: (thrown) =>
        logger.log('error', `a listener of the event bus threw: ${describeThrown(thrown).message}`),
    })
    const sharedData = new SharedDataStore((change) => {
      for (const plugin of this.#registry.active()) plugin.tellShared(change)
    })
    const services = new HostServices({
      bus: eventBus,
      sharedData,
      asksPerSecond: this.#settings.publishesPerSecond,
      sendMessage: (message) => this.sendMessageToPlugin(message),
    })
    this.context = { vmInstanceId, eventBus, sharedData, logger }
    const host = {
      vmInstanceId,
      settings: this.#settings,
      validator: this.#validator,
      ledger,
      answer: services.answer.bind(services),
      announce: (fact: PluginFact) => this.#announce(fact),
      receptionChanged: () => eventBus.invalidateRoutes(),
      isClosing: () => this.#closing !== undefined,
    }
    this.#loader = new PluginLoader(host, this.#registry)

    for (const pid of ledger.sweep()) logger.log('warn', `ended a guest that outlived its host`, { pid })
    this.#usageTimer = setInterval(() => {
      for (const plugin of this.#registry.all()) plugin.sampleUsage()
    }, USAGE_INTERVAL_MS).unref()
  }

  /** Adds a folder that relative paths resolve against and that `scanAndLoadPlugins` reads. */
  addPluginPath(path: string): void {
    this.#loader.addPath(path)
  }

  /** Loads what lies in the plugin paths, dependencies first; one that fails stops no other. */
  async scanAndLoadPlugins(options: LoadOptions = {}): Promise<ScanResult> {
    const found = await this.listAvailablePlugins()
    const loaded: string[] = []
    const failed: { path: string; error: PluginError }[] = []
    for (const { path, error } of found) if (error) failed.push({ path, error })

    const readable = found.flatMap(({ path, metadata }) => (metadata ? [{ ...metadata, path }] : []))
    for (const { path } of startOrder(readable)) {
      try {
        loaded.push(await this.loadPlugin(path, options))
      } catch (thrown) {
        failed.push({ path, error: PluginError.from(thrown) })
      }
    }
    return { loaded, failed }
  }

  /** Lists what lies in the plugin paths and is not loaded, or why it cannot be. */
  listAvailablePlugins(): Promise<AvailablePlugin[]> {
    return this.#loader.list()
  }

  /**
   * Loads a plugin, and starts it unless told otherwise.
   * @returns its id
   * @throws PluginError `PATH_NOT_FOUND`, `METADATA_INVALID`, `PLUGIN_EXISTS`, `PERMISSION_DENIED`, `ISOLATION_DENIED`,
   * `DEPENDENCY_UNMET`, `CONFIG_INVALID`: nothing is registered. `START_FAILED`, `HOOK_TIMEOUT`: it stays, in error.
   */
  async loadPlugin(path: string, options: LoadOptions = {}): Promise<string> {
    this.#checkOpen()
    const plugin = await this.#loader.register(path, options)
    const { id } = plugin
    // Queued before anybody hears of the plugin: what a listener does comes after.
    const started = plugin.enabled ? plugin.operations.run('load', (signal) => plugin.start(signal)) : Promise.resolve()
    plugin.transition('loaded')
    this.#announce({ type: 'loaded', id, at: Date.now() })
    await started
    return id
  }

  /** Starts a plugin; an active one stays as it is. @throws PluginError as `loadPlugin` does for a start */
  async enablePlugin(id: string): Promise<void> {
    const plugin = this.#registry.get(id)
    await plugin.operations.run('enable', async (signal) => {
      this.#registry.check(plugin)
      if (plugin.state !== 'active') this.#registry.checkDependencies(plugin.source.metadata)
      plugin.enabled = true
      if (plugin.state === 'active') return
      if (plugin.state === 'unloading') await plugin.end({ keepQueue: false })
      await plugin.start(signal)
    })
  }

  /** Makes a new instance: from active the waiting events stay, from error the counts begin anew. */
  async restartPlugin(id: string): Promise<void> {
    const plugin = this.#registry.get(id)
    const restart = async (signal: AbortSignal): Promise<void> => {
      this.#registry.check(plugin)
      plugin.enabled = true
      if (plugin.state === 'active' || plugin.state === 'unloading')
        await plugin.end({ keepQueue: plugin.state === 'active' })
      await plugin.start(signal)
    }
    await plugin.operations.join('restart', restart, { aborts: true })
  }

  /**
   * Ends a plugin's instance; it stays loaded. A loaded one stays as it is.
   * @throws PluginError `HAS_DEPENDENTS` unless `cascade`
   */
  async disablePlugin(id: string, options: EndOptions = {}): Promise<Plan> {
    return this.#endWithDependents(id, 'disable', options)
  }

  /** Ends a plugin's instance and removes it. @throws PluginError `HAS_DEPENDENTS` unless `cascade` */
  async unloadPlugin(id: string, options: EndOptions = {}): Promise<Plan> {
    return this.#endWithDependents(id, 'unload', options)
  }

  /**
   * Sets a plugin's config.
   * @returns `applied` says whether it is in force now or from the next start on
   * @throws PluginError `CONFIG_INVALID`, `CONFIG_CONFLICT`, `CONFIG_REJECTED`, `HOOK_TIMEOUT`: the old config stays
   */
  async updatePluginConfig(
    id: string,
    config: JsonObject,
    options: { readonly revision?: number } = {},
  ): Promise<{ applied: boolean; revision: number }> {
    const plugin = this.#registry.get(id)
    return plugin.operations.run('config', async (signal) => {
      this.#registry.check(plugin)
      this.#checkOpen()
      const checked = await plugin.config.check(config, options.revision)
      const applied = await plugin.applyConfig(checked, signal)
      const revision = plugin.config.store(checked, { running: applied })
      this.#announce({ type: 'config', id, at: Date.now(), revision, applied })
      return { applied, revision }
    })
  }

  /** Says what is wrong with a config, without setting it. @throws PluginError `CONFIG_INVALID` */
  async checkPluginConfig(id: string, config: JsonObject): Promise<void> {
    await this.#registry.get(id).config.check(config, undefined)
  }

  /** Secrets are left out. @throws PluginError `PLUGIN_NOT_FOUND` */
  getPluginConfig(id: string): ConfigView {
    return this.#registry.get(id).config.view()
  }

  /** What a plugin may do, from its next start on. @throws PluginError `PLUGIN_NOT_FOUND`, `METADATA_INVALID` */
  setGrants(id: string, grants: readonly Permission[]): void {
    this.#registry.get(id).grants = [...DEFAULT_GRANTS, ...parsePermissions(grants, 'grants')]
    this.#announce({ type: 'grants', id, at: Date.now() })
  }

  getPlugin(id: string): PluginInstance | undefined {
    const plugin = this.#registry.find(id)
    return plugin && snapshotOf(plugin)
  }

  getAllPlugins(): PluginInstance[] {
    return this.#registry.all().map(snapshotOf)
  }

  getPluginHealth(id: string): PluginHealth | undefined {
    const plugin = this.#registry.find(id)
    return plugin && healthOf(plugin, this.#settings)
  }

  getAllPluginHealth(): PluginHealth[] {
    return this.#registry.all().map((plugin) => healthOf(plugin, this.#settings))
  }

  getPluginStats(): ManagerStats {
    return this.#registry.stats()
  }

  /** What an active plugin says of itself. @throws PluginError */
  async getPluginStatus(id: string): Promise<JsonValue> {
    return this.#registry.get(id).status()
  }

  /** The 95th percentile of handler latency since this was last asked, in milliseconds; for a sampler. */
  takeRecentLatencyMs(id: string): number | null {
    return this.#registry.find(id)?.events.counters.takeRecentP95Ms() ?? null
  }

  /** Newest first. @throws PluginError `PLUGIN_NOT_FOUND` */
  getDeadLetters(id: string): DeadLetter[] {
    return this.#registry.get(id).events.letters()
  }

  /**
   * Hands the events of a dead letter to their plugin once more; they count as newly accepted, and the letter is gone.
   * @returns how many events it held
   * @throws PluginError `DEAD_LETTER_NOT_FOUND`, `ILLEGAL_TRANSITION` when the plugin is not active
   */
  replayDeadLetter(id: string, letterId: string): number {
    return this.#registry.get(id).replay(letterId)
  }

  /** @throws PluginError `DEAD_LETTER_NOT_FOUND` */
  discardDeadLetter(id: string, letterId: string): void {
    this.#registry.get(id).events.takeLetter(letterId)
  }

  /** Publishes and waits: resolves once every handler of those active and subscribed now has settled. */
  async broadcastEvent(event: EventBody, options?: PublishOptions): Promise<BroadcastOutcome> {
    this.#checkOpen()
    return this.context.eventBus.broadcast(event, options)
  }

  /** Resolves once the receiver's listeners have taken it. @throws PluginError `PLUGIN_NOT_FOUND`, `ILLEGAL_TRANSITION`, `MESSAGE_FAILED` */
  async sendMessageToPlugin({ from, to, type, data }: PluginMessage & { readonly to: string }): Promise<void> {
    await this.#registry.get(to).deliverMessage({ from, type, data })
  }

  /** Sends to all active plugins but the sender; one that fails stops no other. */
  async broadcastMessage(message: PluginMessage): Promise<{ delivered: number; failed: number }> {
    const receivers = [...this.#registry.active()].filter(({ id }) => id !== message.from)
    const results = await Promise.allSettled(receivers.map((plugin) => plugin.deliverMessage(message)))
    const delivered = results.filter(({ status }) => status === 'fulfilled').length
    return { delivered, failed: results.length - delivered }
  }

  /** Announces typed facts: state, config, log, dead letter and so on. A listener that throws stops nobody. */
  onDidChange(listener: (fact: PluginFact) => void): Dispose {
    return this.#facts.add(listener)
  }

  /** Stops everything in reverse dependency order, then kills what is left: afterwards nothing is alive [SH1]. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #close(): Promise<void> {
    await closePlugins(this.#registry, { closeMs: this.#settings.closeMs, stop: (plugin) => this.#stop(plugin) })
    clearInterval(this.#usageTimer)
    await this.#validator.close()
  }

  async #endWithDependents(id: string, action: 'disable' | 'unload', options: EndOptions): Promise<Plan> {
    this.#registry.get(id)
    const dependents = dependentsOf(id, this.#registry.nodes()).filter(({ id: dependent }) => {
      const state = this.#registry.find(dependent)?.state
      return state === 'active' || state === 'initializing'
    })
    const steps = planEnding(id, action, dependents)
    if (options.dryRun) return { steps }
    if (dependents.length > 0 && !options.cascade) {
      const ids = dependents.map((node) => node.id)
      throw new PluginError('HAS_DEPENDENTS', `${id} is needed by ${ids.join(', ')}`, { dependents: ids })
    }
    for (const step of steps) await this.#runEnding(this.#registry.get(step.id), step.action)
    return { steps }
  }

  async #runEnding(plugin: ManagedPlugin, action: 'disable' | 'unload'): Promise<void> {
    const end = async (): Promise<void> => {
      this.#registry.check(plugin)
      plugin.enabled = false
      if (action === 'disable') return this.#stop(plugin)
      await plugin.end({ keepQueue: false })
      plugin.transition('unloaded')
      this.#registry.remove(plugin)
      this.#announce({ type: 'unloaded', id: plugin.id, at: Date.now() })
    }
    await plugin.operations.run(action, end, { aborts: true })
  }

  async #stop(plugin: ManagedPlugin): Promise<void> {
    if (plugin.state === 'loaded') return
    await plugin.end({ keepQueue: false })
    plugin.transition('loaded')
  }

  #checkOpen(): void {
    if (this.#closing) throw new PluginError('MANAGER_CLOSED', 'the plugin manager is closed', null)
  }

  #announce(fact: PluginFact): void {
    this.#facts.emit(fact, (thrown) => {
      this.context.logger.log('error', `a listener of plugin facts threw: ${describeThrown(thrown).message}`)
    })
  }
}

function makeDataDir(dataDir: string): void {
  try {
    ensureFolder(dataDir)
  } catch (cause) {
    const message = `the data folder ${dataDir} cannot be created: ${describeThrown(cause).message}`
    throw new PluginError('OPTION_INVALID', message, { option: 'dataDir' }).causedBy(cause)
  }
}
