import { fileURLToPath } from 'node:url'
import { clock } from '../util/clock.ts'
import type { Readable } from 'node:stream'
import { text as readText } from 'node:stream/consumers'
import type { Dispose, JsonObject, JsonValue, Permission, PluginMessage, Publishable } from '@plugboard/plugin-sdk'
import { prepareConfig, type ConfigChange, type ConfigView } from '../config/plugin-config.ts'
import type { StoredConfig } from '../config/secret.ts'
import type { BroadcastOutcome } from '../events/broadcast.ts'
import type { DeadLetter } from '../accounting/dead-letters.ts'
import type { EditedEvent, ReplayOptions, ReplayProgress } from '../accounting/replay.ts'
import { ensureFolder } from '../util/ensure-folder.ts'
import type { HostEvent } from '../events/event-check.ts'
import { Listeners } from '../util/listeners.ts'
import { failureLog } from '../plugin/failure-log.ts'
import { describeThrown } from '../guest-protocol/thrown.ts'
import type { DryRunOption, Plan } from '../lifecycle/plan.ts'
import type { Plugin } from '../plugin/plugin.ts'
import type { LoadOptions, StoredPlugin } from '../plugin/load-options.ts'
import { atLeast, withDefaults, type PluginManagerOptions, type Settings } from './options.ts'
import { composeParts, type ManagerContext, type ManagerParts } from './compose.ts'
import { managerStats, type ManagerStats } from './manager-stats.ts'
import { checkNode } from './node-support.ts'
import { withDefaultGrants } from '../catalog/permission.ts'
import type { InstalledPlace } from '../catalog/release.ts'
import { checkNames } from '../errors/check-names.ts'
import { PluginError } from '../errors/plugin-error.ts'
import type { FactBody, PluginFact } from '../plugin/fact.ts'
import type { PluginHealth } from '../plugin/health.ts'
import type { EnableOptions, EndOptions, ScanResult } from '../lifecycle/plugin-lifecycle.ts'
import { UPDATE_OPTIONS, type JointUpdate, type UpdateOptions, type UpdatePlan } from '../lifecycle/plugin-updates.ts'
import type { AvailablePlugin } from '../lifecycle/plugin-loader.ts'
import { parsePermissions } from '../catalog/metadata.ts'
import { snapshotOf, type PluginSnapshot } from '../plugin/snapshot.ts'
import type { PluginUpdate } from '../plugin/update.ts'
import { checkRestartPolicy, type RestartPolicy } from '../supervision/restart-policy.ts'

const INSPECT_INTERVAL_MS = 500
const MAX_PROFILE_SECONDS = 60
/** Of a replay: one event in three hours. */
const MIN_PER_SECOND = 0.000_1

/** All plugins at one moment. */
export interface ManagerSnapshot {
  /** Epoch milliseconds. */
  readonly at: number
  readonly plugins: readonly PluginSnapshot[]
  readonly stats: ManagerStats
}

/**
 * Runs plugins, by default each in its own guest process: loads, starts and stops them, delivers events to them, and
 * reports their state. Methods throw, or reject with, {@link PluginError}; operations on one plugin run one at a time.
 */
export class PluginManager implements AsyncDisposable {
  readonly context: ManagerContext
  readonly #settings: Settings
  readonly #parts: ManagerParts
  readonly #facts = new Listeners<PluginFact>()
  readonly #inspectTimer: NodeJS.Timeout
  #closing: Promise<void> | undefined

  /**
   * @param vmInstanceId names the machine, or the service, that the plugins serve
   * @throws PluginError `NODE_UNSUPPORTED`, `OPTION_INVALID`
   */
  constructor(vmInstanceId: string, options: PluginManagerOptions = {}) {
    checkNode()
    this.#settings = withDefaults(options)
    makeDataDir(this.#settings.dataDir)
    this.#parts = composeParts(vmInstanceId, this.#settings, {
      announce: (fact) => this.#announce(fact),
      isClosing: () => this.#closing !== undefined,
    })
    this.context = this.#parts.context

    const { registry, ledger } = this.#parts
    for (const pid of ledger.sweep()) {
      this.context.logger.log('warn', 'ended a guest that outlived its host', { pid })
    }
    this.#inspectTimer = setInterval(() => {
      const now = clock.now()
      for (const plugin of registry.all()) plugin.inspect(now)
    }, INSPECT_INTERVAL_MS).unref()
  }

  /** Adds a folder that relative paths resolve against and that `scanAndLoadPlugins` reads. */
  addPluginPath(path: string): void {
    this.#parts.loader.addPath(path)
  }

  /**
   * Loads the plugins in the plugin paths that are not loaded yet, dependencies first. A plugin that fails does not
   * stop the others. Members of a cycle fail with `DEPENDENCY_CYCLE`, which names it in full.
   */
  scanAndLoadPlugins(options: LoadOptions = {}): Promise<ScanResult> {
    return this.#parts.lifecycle.scanAndLoad(options)
  }

  /** Lists what lies in the plugin paths and is not loaded, or why it cannot be. */
  listAvailablePlugins(): Promise<AvailablePlugin[]> {
    return this.#parts.loader.list()
  }

  /**
   * Loads a plugin, and starts it unless told otherwise.
   * @param path of a folder or a file; also as a `file:` URL. Or an installed version.
   * @returns its id; with `dryRun` the plan
   * @throws PluginError `PATH_NOT_FOUND`, `METADATA_INVALID`, `PLUGIN_EXISTS`, `PERMISSION_DENIED`, `ISOLATION_DENIED`,
   * `DEPENDENCY_UNMET`, `DEPENDENCY_CYCLE`, `CONFIG_INVALID`, `OPTION_INVALID`: nothing is registered. `START_FAILED`,
   * `HOOK_TIMEOUT`: it stays, in error, and is started again as its restart policy says. `ABORTED`: the `signal` fired, or
   * a later operation ended the start.
   */
  async loadPlugin(path: PluginPlace, options: LoadOptions & { readonly dryRun: true }): Promise<Plan>
  async loadPlugin(path: PluginPlace, options?: LoadOptions & { readonly dryRun?: false }): Promise<string>
  async loadPlugin(given: PluginPlace, options: LoadOptions & DryRunOption = {}): Promise<string | Plan> {
    this.#checkOpen()
    const place = isInstalled(given) ? given : pathOf(given)
    return options.dryRun ? this.#parts.lifecycle.planLoad(place, options) : this.#parts.lifecycle.load(place, options)
  }

  /**
   * Registers plugins as their host stored them, in the given order, and starts none of them. A problem that would
   * refuse a load, such as a missing folder, puts a plugin in error when it is started [LC7.c].
   * @throws PluginError `PLUGIN_EXISTS`, `METADATA_INVALID` for grants, `OPTION_INVALID`
   */
  async restorePlugins(stored: readonly StoredPlugin[]): Promise<void> {
    this.#checkOpen()
    await this.#parts.lifecycle.restore(stored)
  }

  /** A plugin as `restorePlugins` takes it, secrets included: for a host that keeps it. @throws PluginError `PLUGIN_NOT_FOUND` */
  getStoredPlugin(id: string): StoredPlugin {
    return this.#parts.registry.get(id).toStored()
  }

  /**
   * Starts every plugin that is enabled and only loaded, in dependency order; resolves once each is active, or in error
   * and supervised.
   */
  async startEnabledPlugins(): Promise<void> {
    this.#checkOpen()
    await this.#parts.lifecycle.startEnabled()
  }

  /**
   * Starts a plugin; an active one stays as it is.
   * @throws PluginError `DEPENDENCY_UNMET` unless `cascade` enables what it needs; and as `loadPlugin` does for a start
   */
  async enablePlugin(id: string, options: EnableOptions = {}): Promise<Plan> {
    return this.#parts.lifecycle.enable(id, options)
  }

  /**
   * Makes a new instance and clears the count of failures in a row. An active plugin keeps its waiting events. Plugins
   * that need this one keep running.
   * @throws PluginError `UPDATE_REFUSED` where its author has changed plugin.json so that an update would be refused: it runs on.
   * `updatePlugin` can accept that. And as `loadPlugin` does for a start.
   */
  async restartPlugin(id: string, options: DryRunOption = {}): Promise<Plan> {
    return this.#parts.lifecycle.restart(id, options)
  }

  /**
   * Puts another version of a plugin in the place of the one that runs: made beside it, with its state, between two events.
   * Where the new one fails before it takes over, nothing changes. Afterwards it is watched, and the former one stands by: a
   * crash, a hang or too many errors bring that back.
   * @returns once the new version has taken over; with `dryRun` the plan
   * @throws PluginError `UPDATE_REFUSED` with the gates that were not accepted, `VERSION_UNUSABLE`, `UPDATE_FAILED`, `ILLEGAL_TRANSITION` where it is not active, `METADATA_INVALID`, `PATH_NOT_FOUND`,
   * `OPTION_INVALID`, `ABORTED`
   */
  async updatePlugin(id: string, options: UpdateOptions & { readonly dryRun: true }): Promise<UpdatePlan>
  async updatePlugin(id: string, options?: UpdateOptions & { readonly dryRun?: false }): Promise<PluginUpdate>
  async updatePlugin(id: string, options: UpdateOptions = {}): Promise<PluginUpdate | UpdatePlan> {
    this.#checkOpen()
    checkNames(options, UPDATE_OPTIONS)
    const { updates } = this.#parts
    return options.dryRun === true ? updates.plan(id, options) : updates.update(id, options)
  }

  /**
   * Updates several plugins: what others need comes first, and gates are those that all of them together leave closed. Either
   * all take over, or none stays.
   * @returns the updates in their order; with `dryRun` the plans
   * @throws PluginError as `updatePlugin` does, and `DEPENDENCY_CYCLE`
   */
  async updatePlugins(updates: readonly JointUpdate[], options: { readonly dryRun: true }): Promise<UpdatePlan[]>
  async updatePlugins(updates: readonly JointUpdate[], options?: { readonly dryRun?: false }): Promise<PluginUpdate[]>
  async updatePlugins(
    updates: readonly JointUpdate[],
    { dryRun = false }: DryRunOption = {},
  ): Promise<PluginUpdate[] | UpdatePlan[]> {
    this.#checkOpen()
    for (const { id: _id, ...options } of updates) checkNames(options, UPDATE_OPTIONS)
    return dryRun ? this.#parts.updates.planAll(updates) : this.#parts.updates.updateAll(updates)
  }

  /** Ends the watching of an update: keeps the new version, or goes back. @throws PluginError `ILLEGAL_TRANSITION` where none is watched */
  async settleUpdate(id: string, verdict: 'good' | 'bad'): Promise<PluginUpdate> {
    this.#checkOpen()
    return this.#parts.updates.settle(id, verdict)
  }

  /** What `settleUpdate` with `bad` would do. @throws PluginError `ILLEGAL_TRANSITION` where no update is watched */
  planSettleUpdate(id: string): UpdatePlan {
    return this.#parts.updates.planBack(id)
  }

  /**
   * Ends a plugin's instance; it stays loaded. A loaded one stays as it is.
   * @throws PluginError `HAS_DEPENDENTS` unless `cascade`
   */
  async disablePlugin(id: string, options: EndOptions = {}): Promise<Plan> {
    return this.#parts.lifecycle.disable(id, options)
  }

  /** Ends a plugin's instance and removes it. @throws PluginError `HAS_DEPENDENTS` unless `cascade` */
  async unloadPlugin(id: string, options: EndOptions = {}): Promise<Plan> {
    return this.#parts.lifecycle.unload(id, options)
  }

  /**
   * Sets when a plugin is restarted automatically, from its next failure on. `never` also cancels a restart that is
   * due. @throws PluginError `PLUGIN_NOT_FOUND`, `OPTION_INVALID`
   */
  setRestartPolicy(id: string, policy: RestartPolicy): void {
    const plugin = this.#parts.registry.get(id)
    plugin.restartPolicy = checkRestartPolicy(policy)
    if (policy === 'never' && plugin.status.nextRestartAt !== null) this.#parts.lifecycle.callOffRestart(plugin)
    this.#announce({ type: 'restart-policy', id, at: clock.epoch(), policy })
  }

  /**
   * Sets a plugin's config as a whole. A reference that the config view has shown stands for the secret behind it,
   * wherever it is in the new config; a secret whose reference is left out is gone.
   * @param options `persist` gets the config, secrets included, before the plugin does. If `persist` rejects, nothing
   * changes. If the plugin then refuses the config, the host must discard what it stored. `secrets`: what further
   * references stand for, such as those of an earlier config.
   * @returns `applied` says whether it is in force now or from the next start on; an enabled plugin that was in error
   * for its config is started at once
   * @throws PluginError `CONFIG_INVALID`, `CONFIG_CONFLICT`, `CONFIG_REJECTED`, `HOOK_TIMEOUT`: the old config stays
   */
  async updatePluginConfig(
    id: string,
    config: JsonObject,
    options: {
      readonly revision?: number
      readonly secrets?: StoredConfig['secrets']
      readonly persist?: (change: ConfigChange) => Promise<void>
    } = {},
  ): Promise<{ applied: boolean; revision: number }> {
    const plugin = this.#parts.registry.get(id)
    return plugin.operations.run('config', async (signal) => {
      this.#parts.registry.check(plugin)
      this.#checkOpen()
      const checked = await plugin.config.check(config, { expected: options.revision, secrets: options.secrets })
      plugin.config.learnSecrets(checked.stored)
      const { stored: previous, revision: before } = plugin.config
      await options.persist?.({ ...checked.stored, previous, revision: before + 1 })
      const applied = await plugin.applyConfig(checked.config, signal)
      const revision = plugin.storeConfig(checked.stored, { applied })
      // The reason why it did not start is repaired, so it is started without another call.
      if (plugin.state === 'error' && plugin.status.lastError?.code === 'CONFIG_INVALID')
        void this.#parts.lifecycle.restartAutomatically(id, 'failed-start')
      return { applied, revision }
    })
  }

  /** Says what is wrong with a config, without setting it. @throws PluginError `CONFIG_INVALID` */
  async checkPluginConfig(id: string, config: JsonObject): Promise<void> {
    await this.#parts.registry.get(id).config.check(config, { isDryRun: true })
  }

  /**
   * Hides what is a secret in a config of the past by the plugin's schema of now: for hosts that keep old configs. What was
   * hidden stays so. @throws PluginError `PLUGIN_NOT_FOUND`
   */
  async hidePluginSecrets(id: string, config: StoredConfig): Promise<StoredConfig> {
    const { configSchema } = this.#parts.registry.get(id).release.metadata
    const { ready } = await prepareConfig(config, {
      owner: id,
      schema: configSchema,
      validator: this.#parts.validator,
      before: config,
      isStored: true,
    })
    return ready.stored
  }

  /**
   * The value as it may be shown: with the secrets of these plugins, and the longer ones of all others, replaced by a mark.
   * Ids of plugins that are not loaded are passed over.
   */
  redact<T>(ids: readonly string[], value: T): T {
    return this.#parts.registry.redact(ids, value)
  }

  /** With references in place of secrets. @throws PluginError `PLUGIN_NOT_FOUND` */
  getPluginConfig(id: string): ConfigView {
    return this.#parts.registry.get(id).config.view()
  }

  /** What a plugin may do, from its next start on. @throws PluginError `PLUGIN_NOT_FOUND`, `METADATA_INVALID` */
  setGrants(id: string, grants: readonly Permission[]): void {
    this.#parts.registry.get(id).grants = withDefaultGrants(parsePermissions(grants, 'grants'))
    this.#announce({ type: 'grants', id, at: clock.epoch() })
  }

  getPlugin(id: string): PluginSnapshot | undefined {
    const plugin = this.#parts.registry.find(id)
    return plugin && this.#snapshotOf(plugin)
  }

  getAllPlugins(): PluginSnapshot[] {
    return this.#parts.registry.all().map((plugin) => this.#snapshotOf(plugin))
  }

  getPluginHealth(id: string): PluginHealth | undefined {
    return this.getPlugin(id)?.health
  }

  getAllPluginHealth(): PluginHealth[] {
    return this.getAllPlugins().map(({ health }) => health)
  }

  /** All plugins and the counts over them, each read once: for readers that need all of it every second. */
  snapshot(): ManagerSnapshot {
    const plugins = this.getAllPlugins()
    return {
      at: clock.epoch(),
      plugins,
      stats: managerStats(plugins, {
        unloaded: this.#parts.registry.unloadedTotals,
        sharedData: this.context.sharedData.held,
        waitingMessages: this.#parts.messenger.waiting,
      }),
    }
  }

  getPluginStats(): ManagerStats {
    return this.snapshot().stats
  }

  /** What an active plugin says of itself. @throws PluginError */
  async getPluginStatus(id: string): Promise<JsonValue> {
    return this.#parts.registry.get(id).ownStatus()
  }

  /** The 95th percentile of handler latency since this was last asked, in milliseconds; for a sampler. */
  takeRecentLatencyMs(id: string): number | null {
    return this.#parts.registry.find(id)?.events.totals.takeRecentP95Ms() ?? null
  }

  /** Newest first. @throws PluginError `PLUGIN_NOT_FOUND` */
  getDeadLetters(id: string): DeadLetter[] {
    return this.#parts.registry.get(id).events.letters.list()
  }

  /** Replays one dead letter, as `replayDeadLetters` does. */
  async replayDeadLetter(id: string, letterId: string): Promise<ReplayProgress> {
    return this.replayDeadLetters(id, [letterId])
  }

  /**
   * Replays dead letters in the given order; by default all, the oldest first. Their events count as newly accepted. One
   * event is replayed at a time: it leaves its letter when it has been handled. The first event that fails again ends the
   * replay, as does a plugin that is no longer active; what was not replayed stays in its letters. Replays of one plugin run
   * one after another.
   * @returns the outcome, once the replay has ended
   * @throws PluginError `DEAD_LETTER_NOT_FOUND`, `OPTION_INVALID` or, when the plugin is not active, `ILLEGAL_TRANSITION`:
   * nothing is replayed
   */
  async replayDeadLetters(
    id: string,
    letterIds?: readonly string[],
    options: ReplayOptions = {},
  ): Promise<ReplayProgress> {
    const { perSecond = Infinity } = options
    atLeast(perSecond, MIN_PER_SECOND, 'perSecond')
    return this.#parts.registry.get(id).replay(letterIds, options)
  }

  /**
   * Replays one event of a dead letter with other data. It leaves its letter when that has been handled. If it fails again,
   * the event stays as it was, and what was delivered is in a new letter.
   * @throws PluginError `DEAD_LETTER_NOT_FOUND`, `EVENT_INVALID`, `TOO_LARGE` or, when the plugin is not active, `ILLEGAL_TRANSITION`
   */
  async replayEditedEvent(
    id: string,
    edited: EditedEvent,
    options: Pick<ReplayOptions, 'signal'> = {},
  ): Promise<ReplayProgress> {
    return this.#parts.registry.get(id).replayEdited(edited, options)
  }

  /** @throws PluginError `DEAD_LETTER_NOT_FOUND` */
  discardDeadLetter(id: string, letterId: string): void {
    this.discardDeadLetters(id, [letterId])
  }

  /**
   * Discards dead letters: all of them, or none.
   * @returns what was taken, for `putDeadLettersBack`
   * @throws PluginError `DEAD_LETTER_NOT_FOUND`
   */
  discardDeadLetters(id: string, letterIds: readonly string[]): DeadLetter[] {
    return this.#parts.registry.get(id).events.letters.take(letterIds)
  }

  /**
   * Puts dead letters back that were discarded, each where it was, without the events that a replay has settled meanwhile.
   * @returns how many are there now: the oldest give way where there is no room
   * @throws PluginError `PLUGIN_NOT_FOUND`
   */
  putDeadLettersBack(id: string, letters: readonly DeadLetter[]): number {
    return this.#parts.registry.get(id).events.letters.putBack(letters)
  }

  /**
   * Takes a CPU profile of an active plugin, also while it does not answer, without restarting it.
   * @param seconds up to 60
   * @returns the text of a `.cpuprofile`
   * @throws PluginError `PLUGIN_NOT_FOUND`, `ILLEGAL_TRANSITION`, `OPTION_INVALID`, `RECORDING_FAILED`
   */
  async profileCpu(id: string, seconds = 5): Promise<string> {
    return this.#profile(id, 'cpu', seconds)
  }

  /** The same for what it allocates. @returns the text of a `.heapprofile` */
  async profileHeap(id: string, seconds = 5): Promise<string> {
    return this.#profile(id, 'heap', seconds)
  }

  /**
   * Takes a heap snapshot of an active plugin, which stands still meanwhile.
   * @returns the text of a `.heapsnapshot`, sent no faster than it is read; fails where the thread is inside native code
   * @throws PluginError `PLUGIN_NOT_FOUND`, `ILLEGAL_TRANSITION`, `RECORDING_FAILED`
   */
  heapSnapshot(id: string): Readable {
    return this.#parts.registry.get(id).record({ kind: 'heap-snapshot' })
  }

  /** Publishes and waits: resolves once every handler of those active and subscribed now has settled. */
  async broadcastEvent<const Type extends string, Data = null>(
    event: Publishable<Type, Data> & Pick<HostEvent, 'id' | 'at'>,
  ): Promise<BroadcastOutcome> {
    this.#checkOpen()
    return this.context.eventBus.broadcast(event)
  }

  /** Resolves once the receiver's listeners have taken it. @throws PluginError `PLUGIN_NOT_FOUND`, `ILLEGAL_TRANSITION`, `MESSAGE_FAILED` */
  async sendMessageToPlugin(message: PluginMessage & { readonly to: string }): Promise<void> {
    await this.#parts.messenger.send(message)
  }

  /** Sends to all active plugins but the sender; the others continue if one fails. */
  broadcastMessage(message: PluginMessage): Promise<{ delivered: number; failed: number }> {
    return this.#parts.messenger.broadcast(message)
  }

  /** Announces typed facts: state, config, log, dead letter and so on. A listener that throws does not stop the others. */
  onDidChange(listener: (fact: PluginFact) => void): Dispose {
    return this.#facts.add(listener)
  }

  /** Stops everything in reverse dependency order, then kills what is left: afterwards nothing is alive [SH1.a]. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #close(): Promise<void> {
    try {
      await this.#parts.lifecycle.close(this.#settings.closeMs)
    } finally {
      clearInterval(this.#inspectTimer)
      await this.#parts.validator.close()
    }
  }

  async #profile(id: string, of: 'cpu' | 'heap', seconds: number): Promise<string> {
    const plugin = this.#parts.registry.get(id)
    if (!(seconds > 0 && seconds <= MAX_PROFILE_SECONDS)) {
      const message = `a profile takes up to ${MAX_PROFILE_SECONDS} seconds, not ${seconds}`
      throw new PluginError('OPTION_INVALID', message, { option: 'seconds' })
    }
    const recording = plugin.record({ kind: 'profile', of, durationMs: seconds * 1_000 })
    return readText(recording)
  }

  #snapshotOf(plugin: Plugin): PluginSnapshot {
    return snapshotOf(plugin, {
      failuresInRow: this.#parts.supervisor.failuresOf(plugin.id, plugin.status.activeForMs),
      dependenciesDown: this.#parts.registry.dependenciesDown(plugin),
      dependenciesChanged: this.#parts.registry.dependenciesChanged(plugin),
    })
  }

  /** The log entries of plugins go to the host's logger too. */
  #passOn({ id, level, message, origin, fields }: Extract<FactBody, { type: 'log' }>): void {
    this.context.logger.log(level, message, { plugin: id, origin, ...(fields && { fields }) })
  }

  #checkOpen(): void {
    if (this.#closing) throw new PluginError('MANAGER_CLOSED', 'the plugin manager is closed', null)
  }

  #announce(fact: FactBody): void {
    this.#facts.emit({ ...fact, node: this.#settings.node }, (thrown) => {
      this.context.logger.log('error', `a listener of plugin facts threw: ${describeThrown(thrown).message}`)
    })
    if (fact.type === 'log') this.#passOn(fact)
    const failure = failureLog(fact)
    if (failure && this.#parts.registry.find(fact.id)?.mayLogFailure() !== false) this.#announce(failure)
  }
}

/** Where a plugin is loaded from: a path, as text or as a `file:` URL, or an installed version. */
export type PluginPlace = string | URL | InstalledPlace

function isInstalled(place: PluginPlace): place is InstalledPlace {
  return typeof place === 'object' && place !== null && !(place instanceof URL)
}

/** @throws PluginError `PATH_NOT_FOUND` for a URL that is none of a file */
function pathOf(given: string | URL): string {
  if (!(given instanceof URL) && !/^file:/i.test(given)) return given
  try {
    return fileURLToPath(given)
  } catch (cause) {
    const path = String(given).slice(0, 512)
    throw new PluginError('PATH_NOT_FOUND', `${path} is not the URL of a file`, { path }).causedBy(cause)
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
