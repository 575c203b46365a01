import type {
  Dispose,
  EventBody,
  Isolation,
  JsonObject,
  JsonValue,
  Permission,
  PluginMetadata,
  PluginMessage,
} from '@plugboard/plugin-sdk'
import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { ConfigValidator } from './config/config-validator.ts'
import type { ConfigView } from './config/plugin-config.ts'
import {
  dependentsOf,
  planEnding,
  startOrder,
  unmetDependencies,
  type GraphNode,
  type Step,
} from './dependency-graph.ts'
import type { BroadcastOutcome } from './events/broadcast.ts'
import type { DeadLetter } from './events/dead-letters.ts'
import { EventBus, type PublishOptions } from './events/event-bus.ts'
import { Listeners } from './guest/listeners.ts'
import { describeThrown } from './guest/thrown.ts'
import { HostServices } from './host-services.ts'
import { ManagedPlugin, type PluginHost } from './managed-plugin.ts'
import {
  withDefaults,
  type HostLogger,
  type LoadOptions,
  type PluginManagerOptions,
  type Settings,
} from './manager-options.ts'
import { managerStats, type ManagerStats } from './manager-stats.ts'
import { checkNode } from './node-support.ts'
import { DEFAULT_GRANTS, missingPermissions } from './permission.ts'
import { permissionDenied } from './plugin-failure.ts'
import { isPluginError, PluginError } from './plugin-error.ts'
import type { PluginFact } from './plugin-fact.ts'
import type { PluginHealth } from './plugin-health.ts'
import { snapshotOf, type PluginInstance } from './plugin-instance.ts'
import { metadataInvalid } from './plugin-metadata.ts'
import { listPluginPaths, readPluginSource, type PluginSource } from './plugin-source.ts'
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

/** What lies in the plugin paths and is not loaded. */
export type AvailablePlugin =
  | { readonly path: string; readonly metadata: PluginMetadata; readonly error: null }
  | { readonly path: string; readonly metadata: null; readonly error: PluginError }

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
  readonly #plugins = new Map<string, ManagedPlugin>()
  readonly #pluginPaths: string[]
  readonly #facts = new Listeners<PluginFact>()
  readonly #validator = new ConfigValidator()
  readonly #host: PluginHost
  readonly #usageTimer: NodeJS.Timeout
  /** Figures of plugins that are unloaded: the totals never fall. */
  readonly #gone = { eventsProcessed: 0, errorCount: 0 }
  #closing: Promise<void> | undefined

  /**
   * @param vmInstanceId names the machine, or the service, that the plugins serve
   * @throws PluginError `NODE_UNSUPPORTED`
   */
  constructor(vmInstanceId: string, options: PluginManagerOptions = {}) {
    checkNode()
    this.#settings = withDefaults(options)
    this.#pluginPaths = this.#settings.pluginPaths.map((path) => resolve(path))
    mkdirSync(this.#settings.dataDir, { recursive: true, mode: 0o700 })
    const ledger = new GuestLedger(this.#settings.dataDir)
    const { logger } = this.#settings

    const eventBus = new EventBus({
      receivers: () => this.#active(),
      onListenerThrew: (thrown) =>
        logger.log('error', `a listener of the event bus threw: ${describeThrown(thrown).message}`),
    })
    const sharedData = new SharedDataStore((change) => {
      for (const plugin of this.#active()) plugin.tellShared(change)
    })
    const services = new HostServices({
      bus: eventBus,
      sharedData,
      publishesPerSecond: this.#settings.publishesPerSecond,
      sendMessage: (message) => this.sendMessageToPlugin(message),
    })
    this.context = { vmInstanceId, eventBus, sharedData, logger }
    this.#host = {
      vmInstanceId,
      settings: this.#settings,
      validator: this.#validator,
      ledger,
      answer: (plugin, method, args) => services.answer(plugin, method, args),
      announce: (fact) => this.#announce(fact),
      receptionChanged: () => eventBus.invalidateRoutes(),
    }

    for (const pid of ledger.sweep()) logger.log('warn', `ended a guest that outlived its host`, { pid })
    this.#usageTimer = setInterval(() => {
      for (const plugin of this.#plugins.values()) plugin.sampleUsage()
    }, USAGE_INTERVAL_MS).unref()
  }

  /** Adds a folder that relative paths resolve against and that `scanAndLoadPlugins` reads. */
  addPluginPath(path: string): void {
    this.#pluginPaths.push(resolve(path))
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
  async listAvailablePlugins(): Promise<AvailablePlugin[]> {
    const paths = (await Promise.all(this.#pluginPaths.map(listPluginPaths))).flat()
    const found = await Promise.all(
      paths.map(async (path): Promise<AvailablePlugin> => {
        try {
          return { path, metadata: (await readPluginSource(path, [])).metadata, error: null }
        } catch (thrown) {
          return { path, metadata: null, error: PluginError.from(thrown) }
        }
      }),
    )
    return found.filter(({ metadata }) => metadata === null || !this.#plugins.has(metadata.id))
  }

  /**
   * Loads a plugin, and starts it unless told otherwise.
   * @returns its id
   * @throws PluginError `PATH_NOT_FOUND`, `METADATA_INVALID`, `PLUGIN_EXISTS`, `PERMISSION_DENIED`, `ISOLATION_DENIED`,
   * `DEPENDENCY_UNMET`, `CONFIG_INVALID`: nothing is registered. `START_FAILED`, `HOOK_TIMEOUT`: it stays, in error.
   */
  async loadPlugin(path: string, options: LoadOptions = {}): Promise<string> {
    this.#checkOpen()
    const source = await readPluginSource(path, this.#pluginPaths)
    const { metadata } = source
    if (metadata.configSchema) {
      const violations = await this.#validator.checkSchema(metadata.configSchema)
      const located = violations.map((v) => ({ ...v, pointer: `/configSchema${v.pointer}` }))
      if (violations.length > 0) throw metadataInvalid(path, located)
    }
    const config = await this.#initialConfig(metadata, options.config)
    this.#checkOpen()
    const plugin = this.#register(source, options, config)
    if (options.enabled === false) return plugin.id
    await plugin.operations.run('load', (signal) => plugin.start(signal))
    return plugin.id
  }

  /** Starts a plugin; an active one stays as it is. @throws PluginError as `loadPlugin` does for a start */
  async enablePlugin(id: string): Promise<void> {
    const plugin = this.#get(id)
    await plugin.operations.run('enable', async (signal) => {
      this.#checkLoaded(plugin)
      plugin.enabled = true
      if (plugin.state === 'active') return
      this.#checkDependencies(plugin.source.metadata)
      if (plugin.state === 'unloading') await plugin.end({ keepQueue: false })
      await plugin.start(signal)
    })
  }

  /** Makes a new instance: from active the waiting events stay, from error the counts begin anew. */
  async restartPlugin(id: string): Promise<void> {
    const plugin = this.#get(id)
    const restart = async (signal: AbortSignal): Promise<void> => {
      this.#checkLoaded(plugin)
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
    const plugin = this.#get(id)
    return plugin.operations.run('config', async (signal) => {
      this.#checkLoaded(plugin)
      const checked = await plugin.config.check(config, options.revision)
      const applied = await plugin.applyConfig(checked, signal)
      const revision = plugin.config.store(checked, { running: applied })
      this.#announce({ type: 'config', id, at: Date.now(), revision, applied })
      return { applied, revision }
    })
  }

  /** Says what is wrong with a config, without setting it. @throws PluginError `CONFIG_INVALID` */
  async checkPluginConfig(id: string, config: JsonObject): Promise<void> {
    await this.#get(id).config.check(config, undefined)
  }

  /** Secrets are left out. @throws PluginError `PLUGIN_NOT_FOUND` */
  getPluginConfig(id: string): ConfigView {
    return this.#get(id).config.view()
  }

  /** What a plugin may do, from its next start on. */
  setGrants(id: string, grants: readonly Permission[]): void {
    this.#get(id).grants = [...DEFAULT_GRANTS, ...grants]
    this.#announce({ type: 'grants', id, at: Date.now() })
  }

  getPlugin(id: string): PluginInstance | undefined {
    const plugin = this.#plugins.get(id)
    return plugin && snapshotOf(plugin)
  }

  getAllPlugins(): PluginInstance[] {
    return [...this.#plugins.values()].map(snapshotOf)
  }

  getPluginHealth(id: string): PluginHealth | undefined {
    return this.#plugins.get(id)?.health()
  }

  getAllPluginHealth(): PluginHealth[] {
    return [...this.#plugins.values()].map((plugin) => plugin.health())
  }

  getPluginStats(): ManagerStats {
    return managerStats(this.#plugins.values(), this.#gone)
  }

  /** What an active plugin says of itself. @throws PluginError */
  async getPluginStatus(id: string): Promise<JsonValue> {
    return this.#get(id).status()
  }

  /** The 95th percentile of handler latency since this was last asked, in milliseconds; for a sampler. */
  takeRecentLatencyMs(id: string): number | null {
    return this.#plugins.get(id)?.counters.takeRecentP95Ms() ?? null
  }

  /** Newest first. @throws PluginError `PLUGIN_NOT_FOUND` */
  getDeadLetters(id: string): DeadLetter[] {
    return this.#get(id).deadLetters.list()
  }

  /**
   * Hands the events of a dead letter to their plugin once more; they count as newly accepted, and the letter is gone.
   * @returns how many events it held
   * @throws PluginError `DEAD_LETTER_NOT_FOUND`, `ILLEGAL_TRANSITION` when the plugin is not active
   */
  replayDeadLetter(id: string, letterId: string): number {
    return this.#get(id).replay(letterId)
  }

  /** @throws PluginError `DEAD_LETTER_NOT_FOUND` */
  discardDeadLetter(id: string, letterId: string): void {
    this.#get(id).takeDeadLetter(letterId)
  }

  /** Publishes and waits: resolves once every handler of those active and subscribed now has settled. */
  async broadcastEvent(event: EventBody, options?: PublishOptions): Promise<BroadcastOutcome> {
    this.#checkOpen()
    return this.context.eventBus.broadcast(event, options)
  }

  /** Resolves once the receiver's listeners have taken it. @throws PluginError `PLUGIN_NOT_FOUND`, `ILLEGAL_TRANSITION`, `MESSAGE_FAILED` */
  async sendMessageToPlugin({ from, to, type, data }: PluginMessage & { readonly to: string }): Promise<void> {
    await this.#get(to).deliverMessage({ from, type, data })
  }

  /** Sends to all active plugins but the sender; one that fails stops no other. */
  async broadcastMessage(message: PluginMessage): Promise<{ delivered: number; failed: number }> {
    const receivers = [...this.#active()].filter(({ id }) => id !== message.from)
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
    const order = startOrder(this.#nodes()).toReversed()
    const stopAll = async (): Promise<void> => {
      const ending = new Map<string, Promise<void>>()
      for (const { id } of order) {
        const plugin = this.#plugins.get(id)
        if (!plugin) continue
        const dependents = dependentsOf(id, order).flatMap((node) => ending.get(node.id) ?? [])
        const end = async (): Promise<void> => {
          await Promise.allSettled(dependents)
          await plugin.operations.run('close', () => this.#stop(plugin), { aborts: true })
        }
        ending.set(id, end())
      }
      await Promise.allSettled(ending.values())
    }
    const deadline = Promise.withResolvers<void>()
    const timer = setTimeout(deadline.resolve, this.#settings.closeMs)
    await Promise.race([stopAll(), deadline.promise])
    clearTimeout(timer)
    await Promise.all([...this.#plugins.values()].map((plugin) => plugin.kill()))
    clearInterval(this.#usageTimer)
    await this.#validator.close()
  }

  async #endWithDependents(id: string, action: 'disable' | 'unload', options: EndOptions): Promise<Plan> {
    this.#get(id)
    const dependents = dependentsOf(id, this.#nodes()).filter((node) => this.#plugins.get(node.id)?.state === 'active')
    const steps = planEnding(id, action, dependents)
    if (options.dryRun) return { steps }
    if (dependents.length > 0 && !options.cascade) {
      const ids = dependents.map((node) => node.id)
      throw new PluginError('HAS_DEPENDENTS', `${id} is needed by ${ids.join(', ')}`, { dependents: ids })
    }
    for (const step of steps) await this.#runEnding(this.#get(step.id), step.action)
    return { steps }
  }

  async #runEnding(plugin: ManagedPlugin, action: 'disable' | 'unload'): Promise<void> {
    const end = async (): Promise<void> => {
      this.#checkLoaded(plugin)
      plugin.enabled = false
      if (action === 'disable') return this.#stop(plugin)
      await plugin.end({ keepQueue: false })
      plugin.transition('unloaded')
      this.#plugins.delete(plugin.id)
      const { lifetime } = plugin.stats()
      this.#gone.eventsProcessed += lifetime.eventsProcessed
      this.#gone.errorCount += lifetime.errorCount
      this.#announce({ type: 'unloaded', id: plugin.id, at: Date.now() })
    }
    await plugin.operations.run(action, end, { aborts: true })
  }

  async #stop(plugin: ManagedPlugin): Promise<void> {
    if (plugin.state === 'loaded') return
    await plugin.end({ keepQueue: false })
    plugin.transition('loaded')
  }

  /** What was given must hold. Where nothing was given and the defaults are not enough, the start will say so. */
  async #initialConfig({ configSchema }: PluginMetadata, given: JsonObject | undefined): Promise<JsonObject> {
    if (given) return this.#validator.validate(configSchema, given)
    try {
      return await this.#validator.validate(configSchema, {})
    } catch (thrown) {
      if (isPluginError(thrown, 'CONFIG_INVALID')) return {}
      throw thrown
    }
  }

  /** Everything that can be refused is checked before anything is registered [LC3]. */
  #register(source: PluginSource, options: LoadOptions, config: JsonObject): ManagedPlugin {
    const { metadata } = source
    const { id } = metadata
    if (this.#plugins.has(id)) throw new PluginError('PLUGIN_EXISTS', `a plugin ${id} is loaded already`, { id })
    const isolation = this.#isolationOf(metadata, options.isolation)
    const grants = [...DEFAULT_GRANTS, ...(options.grant ?? [])]
    const missing = missingPermissions(metadata.permissions, grants)
    if (missing.length > 0) throw permissionDenied(id, missing)
    this.#checkDependencies(metadata)

    const plugin = new ManagedPlugin(this.#host, source, {
      grants,
      isolation,
      config,
      enabled: options.enabled !== false,
    })
    this.#plugins.set(id, plugin)
    plugin.transition('loaded')
    this.#announce({ type: 'loaded', id, at: Date.now() })
    return plugin
  }

  /** The plugin's own wish counts only where the host lists it [IS1]. */
  #isolationOf({ id, isolation: wish }: PluginMetadata, demanded: Isolation | undefined): Isolation {
    const mayRunInline = this.#settings.inlinePlugins.includes(id)
    if (demanded === 'inline' && !mayRunInline) {
      throw new PluginError('ISOLATION_DENIED', `${id} is not among the plugins that this host runs inline`, { id })
    }
    return demanded ?? (wish === 'inline' && mayRunInline ? 'inline' : 'process')
  }

  #checkDependencies(node: GraphNode): void {
    const unmet = unmetDependencies(node, new Map(this.#nodes().map((one) => [one.id, one])))
    if (unmet.length === 0) return
    const text = unmet
      .map(({ id, range, found }) => `${id} ${range}${found === null ? '' : ` (loaded: ${found})`}`)
      .join(', ')
    throw new PluginError('DEPENDENCY_UNMET', `${node.id} needs ${text}`, { unmet })
  }

  #checkLoaded(plugin: ManagedPlugin): void {
    if (this.#plugins.get(plugin.id) !== plugin) throw notFound(plugin.id)
  }

  #checkOpen(): void {
    if (this.#closing) throw new PluginError('MANAGER_CLOSED', 'the plugin manager is closed', null)
  }

  #nodes(): PluginMetadata[] {
    return [...this.#plugins.values()].map((plugin) => plugin.source.metadata)
  }

  *#active(): Iterable<ManagedPlugin> {
    for (const plugin of this.#plugins.values()) if (plugin.state === 'active') yield plugin
  }

  #announce(fact: PluginFact): void {
    this.#facts.emit(fact, (thrown) => {
      this.context.logger.log('error', `a listener of plugin facts threw: ${describeThrown(thrown).message}`)
    })
  }

  #get(id: string): ManagedPlugin {
    const plugin = this.#plugins.get(id)
    if (!plugin) throw notFound(id)
    return plugin
  }
}

function notFound(id: string): PluginError<'PLUGIN_NOT_FOUND'> {
  const shown = String(id).slice(0, 128)
  return new PluginError('PLUGIN_NOT_FOUND', `there is no plugin ${shown}`, { id: shown })
}
