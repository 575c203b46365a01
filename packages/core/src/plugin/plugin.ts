import { clock } from '../util/clock.ts'
import {
  type Isolation,
  type JsonObject,
  type JsonValue,
  type Permission,
  type PluginMessage,
  type SharedChange,
  type TopicMatcher,
} from '@plugboard/plugin-sdk'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { DeadLetter } from '../accounting/dead-letters.ts'
import type { InstanceCounters } from '../accounting/instance-counters.ts'
import { PluginEvents } from '../accounting/plugin-events.ts'
import type { RestartReason } from '../accounting/plugin-stats.ts'
import type { EditedEvent, ReplayOptions, ReplayProgress } from '../accounting/replay.ts'
import type { Limits } from '../catalog/limits.ts'
import { DEFAULT_GRANTS, missingPermissions } from '../catalog/permission.ts'
import { knownOf, type Release } from '../catalog/release.ts'
import { PluginConfig, type ReadyConfig } from '../config/plugin-config.ts'
import type { StoredConfig } from '../config/secret.ts'
import { PluginError } from '../errors/plugin-error.ts'
import { aborted, deathOf, permissionDenied, startFailure } from '../errors/plugin-failure.ts'
import type { AcceptedEvent } from '../events/accepted-event.ts'
import type { Receiver } from '../events/bus.ts'
import { MAX_STATE_BYTES, type Receipt } from '../guest-protocol/message.ts'
import type { Progress } from '../guest-protocol/progress.ts'
import { ownError, type ThrownInfo } from '../guest-protocol/thrown.ts'
import { Instance, type InstanceListener } from '../instance/instance.ts'
import type { LogEntry } from '../instance/log-entry.ts'
import type { RecordingRequest } from '../runner/recordings.ts'
import { StateFile } from '../runner/state-file.ts'
import { checkRestartPolicy, type RestartPolicy } from '../supervision/restart-policy.ts'
import { checkEnvironment, type Environment } from '../runner/environment.ts'
import type { LoadOptions, StoredPlugin } from './load-options.ts'
import { OperationQueue } from './operation-queue.ts'
import { Instances } from './instances.ts'
import type { PluginHost } from './plugin-host.ts'
import { ReleaseInUse } from './release-in-use.ts'
import { stateOf, type PluginState } from './state.ts'
import { PluginStatus } from './status.ts'
import { isChangingHands, type PluginUpdate, type UpdateInHand } from './update.ts'

export interface PluginOptions extends Pick<LoadOptions, 'limits' | 'restartPolicy' | 'env'> {
  readonly grants: readonly Permission[]
  readonly isolation: Isolation
  readonly config: StoredConfig
  /** Where secrets of that config stood that the host could not open, by JSON pointer. */
  readonly lostSecrets?: readonly string[]
  readonly enabled: boolean
  /** The number of that config. Default 1. */
  readonly configRevision?: number
  /** From before, the oldest first. */
  readonly deadLetters?: readonly DeadLetter[]
}

/** One plugin across all its instances: its status, grants, config, events and counters. */
export class Plugin implements Receiver {
  readonly id: string
  readonly isolation: Isolation
  readonly loadTime = clock.epoch()
  readonly config: PluginConfig
  readonly events: PluginEvents
  readonly status: PluginStatus
  readonly operations = new OperationQueue()
  readonly instances = new Instances()
  readonly stateFile: StateFile
  grants: readonly Permission[]
  restartPolicy: RestartPolicy
  /** What an operator wants it to be; its state is what it is. */
  enabled: boolean

  readonly #host: PluginHost
  readonly #env: Environment
  readonly #inUse: ReleaseInUse
  #update: UpdateInHand | null = null
  #resting: PluginState = 'unloaded'
  #starts = 0
  /** What its last instance had subscribed to. */
  #subscribed: TopicMatcher = () => false
  /** It has been active, or has failed, since it was enabled. */
  #isExpected = false

  /** @throws PluginError `OPTION_INVALID` */
  constructor(host: PluginHost, release: Release, options: PluginOptions) {
    const { settings } = host
    const { metadata } = release
    this.id = metadata.id
    this.isolation = options.isolation
    this.grants = options.grants
    this.enabled = options.enabled
    this.restartPolicy = checkRestartPolicy(options.restartPolicy ?? settings.restartPolicy)
    this.#host = host
    this.stateFile = new StateFile(this.dataPath)
    this.#env = checkEnvironment(options.env)
    this.#inUse = new ReleaseInUse(host, release, options.limits)
    this.config = new PluginConfig(
      this.id,
      { schema: metadata.configSchema, validator: host.validator, secrets: host.secrets },
      { stored: options.config, revision: options.configRevision ?? 1, lostSecrets: options.lostSecrets ?? [] },
    )
    this.events = new PluginEvents({
      ...settings,
      ...this.limits,
      pluginId: this.id,
      budgets: host.budgets,
      traces: host.traces,
      letters: options.deadLetters ?? [],
      onBuried: (letter) => host.announce({ type: 'dead-letter', id: this.id, at: letter.at, letter }),
      onReduced: (letter) => host.announce({ type: 'dead-letter-reduced', id: this.id, at: clock.epoch(), letter }),
      onTaken: (letterId) => host.announce({ type: 'dead-letter-gone', id: this.id, at: clock.epoch(), letterId }),
    })
    this.status = new PluginStatus(this.id, (fact) => {
      if (fact.type === 'state') {
        const { current } = this.instances
        if (fact.from === 'active' && current) this.#subscribed = current.subscribes
        if (fact.to === 'active' || fact.to === 'error') this.#isExpected = true
        else if (fact.to === 'loaded') this.#isExpected = false
        host.receptionChanged()
      }
      host.announce(fact)
    })
  }

  /** What its last start read, or its load. */
  get release(): Release {
    return this.#inUse.release
  }

  get limits(): Limits {
    return this.#inUse.limits
  }

  get state(): PluginState {
    return this.status.state
  }

  get pid(): number | null {
    return this.instances.current?.pid ?? null
  }

  /** Events that are published for it are queued: it is active, or an update is about to make it so. */
  get isReceiving(): boolean {
    return this.state === 'active' || (this.#update !== null && isChangingHands(this.#update.progress.phase))
  }

  /** It is active and has given no sign of life for 3 s or more. */
  get isSilent(): boolean {
    const state = this.instances.current?.state
    return state?.name === 'active' && state.isSilent
  }

  /** Why it says that it is degraded; null: it does not. */
  get degraded(): string | null {
    return this.state === 'active' ? (this.instances.current?.degraded ?? null) : null
  }

  /** The plugin tolerates this many errors; one more stops it. */
  get errorLimit(): number {
    return this.#host.settings.errorLimit
  }

  /** While less memory of the machine is free, nothing of it stands by. */
  get standbyFreeBytes(): number {
    return this.#host.settings.standbyFreeBytes
  }

  /** The host that it is on. */
  get node(): string {
    return this.#host.node
  }

  get permissions(): readonly Permission[] {
    return this.release.metadata.permissions
  }

  get dataPath(): string {
    return join(this.#host.settings.dataDir, 'plugins', this.id)
  }

  wants(topic: string): boolean {
    const { current } = this.instances
    const subscribes = this.state === 'active' && current ? current.subscribes : this.#subscribed
    return this.#inUse.handlesTopic(topic) || subscribes(topic)
  }

  accept(event: AcceptedEvent): void {
    this.events.mailbox.accept(event)
  }

  /** Whether one more line about a failure of it may be logged. */
  mayLogFailure(): boolean {
    return this.instances.current?.mayLogFailure() ?? true
  }

  /** An event that it wants was published while it was not active [EV8.e]. */
  miss(): boolean {
    const isMissed = this.enabled && this.#isExpected
    if (isMissed) this.events.totals.missed()
    return isMissed
  }

  /** Takes up a state in which no instance lives. @throws PluginError `ILLEGAL_TRANSITION` */
  rest(state: PluginState): void {
    this.#resting = state
    this.#follow()
  }

  /**
   * Makes a new instance and brings it to active, from loaded, error or unloading. A failure leaves the plugin in error; after
   * an abort it goes to `loaded`, and the operation that aborted the start decides what happens to the queue.
   * @throws PluginError as `bringUp` does, and `MANAGER_CLOSED`
   */
  async start(signal: AbortSignal, reason: RestartReason): Promise<void> {
    if (this.#host.isClosing()) throw new PluginError('MANAGER_CLOSED', 'the plugin manager is closed', null)
    try {
      await this.bringUp(signal, reason)
    } catch (thrown) {
      const error = PluginError.from(thrown)
      if (signal.aborted) this.callOff()
      // One whose host has ended while it was watched does not start any more.
      else if (!this.#update?.takeFailure(error)) this.fail(error)
      throw thrown
    }
  }

  /**
   * The start itself. A failure leaves the plugin initializing, without an instance: the caller decides what follows.
   * @param configure makes the config with the instance that is to get it; by default it is the one that is set
   * @throws PluginError `PATH_NOT_FOUND`, `METADATA_INVALID`, `DEPENDENCY_UNMET`, `PERMISSION_DENIED`, `CONFIG_INVALID`,
   * `START_FAILED`, `HOOK_TIMEOUT`, `ABORTED`
   */
  async bringUp(
    signal: AbortSignal,
    reason: RestartReason,
    configure?: (instance: Instance) => Promise<ReadyConfig>,
  ): Promise<void> {
    this.rest('initializing')
    // No state waits in it now: the one before has ended.
    this.stateFile.clear()
    const counters = this.events.begin(this.#starts === 0 ? null : reason)
    this.#starts += 1
    let instance: Instance | null = null
    try {
      this.useRelease(await this.#inUse.readAnew(), { byUpdate: false })
      this.checkPermissions(this.release, this.grants)
      const known = configure ? null : await this.config.forStart()
      signal.throwIfAborted()
      instance = this.#make(this.release, counters)
      this.instances.promote(instance)
      this.#follow()
      await instance.launch(signal)
      const { config, stored } = known ?? (await configure!(instance))
      await instance.initialize(config, signal)
      await instance.begin(signal)
      this.config.setRunning(stored)
    } catch (thrown) {
      if (instance) await this.endInstance(instance)
      throw signal.aborted ? aborted(this.id) : startFailure(this.id, thrown)
    }
    this.#follow()
    this.events.mailbox.open(instance.window)
  }

  /** A start that was aborted leaves it loaded. */
  callOff(): void {
    this.rest('unloading')
    this.rest('loaded')
  }

  /** Records that a start was refused before it began, for a plugin in `loaded` or `error`. */
  refuseStart(error: PluginError): void {
    if (this.state === 'loaded') {
      this.rest('initializing')
      return this.fail(error)
    }
    this.status.forgetRun()
    this.status.postpone(this.#failed(error), error)
  }

  /**
   * Stops the instance, if there is one: sends no further events, calls `stop` and `cleanup`, and ends the process. The
   * state stays `unloading`.
   * @param keepQueue a restart's events wait for the next instance; those of any other ending are discarded
   * @param keepUpdate an update that is watched goes on with the next instance
   */
  async end({
    keepQueue,
    keepUpdate = false,
  }: {
    readonly keepQueue: boolean
    readonly keepUpdate?: boolean
  }): Promise<void> {
    const instance = this.instances.current
    instance?.halt()
    this.rest('unloading')
    this.events.mailbox.close()
    if (!keepQueue) this.events.mailbox.discard()
    if (instance) await this.retire(instance)
    if (keepUpdate) this.#update?.pause()
    else await this.endUpdate()
    if (!keepQueue) this.events.mailbox.discard()
  }

  /** False where no instance runs, or it takes a config at its next start only. @throws PluginError as `Instance.updateConfig` does */
  async applyConfig(config: JsonObject, signal: AbortSignal): Promise<boolean> {
    if (this.state !== 'active') return false
    return this.active().updateConfig(config, signal)
  }

  /** Sets a config that was checked. @returns its revision */
  storeConfig(stored: StoredConfig, { applied }: { readonly applied: boolean }): number {
    const revision = this.config.store(stored, { running: applied })
    this.#host.announce({ type: 'config', id: this.id, at: clock.epoch(), revision, applied })
    return revision
  }

  /** @throws PluginError `ILLEGAL_TRANSITION` when it is not active, and as `Instance.deliverMessage` does */
  async deliverMessage(message: PluginMessage): Promise<void> {
    await this.active().deliverMessage(message)
  }

  /** What the plugin reports of itself. @throws PluginError `ILLEGAL_TRANSITION`, `HOOK_FAILED`, `HOOK_TIMEOUT` */
  async ownStatus(): Promise<JsonValue> {
    return this.active().status()
  }

  /** Replays dead letters in this order; by default all, the oldest first. @throws PluginError `DEAD_LETTER_NOT_FOUND`, `ILLEGAL_TRANSITION` */
  async replay(letterIds: readonly string[] | undefined, options: ReplayOptions): Promise<ReplayProgress> {
    const { letters } = this.events
    letters.check(letterIds ?? [])
    this.active()
    return letters.replay(letterIds, { ...options, takesEvents: () => this.state === 'active' })
  }

  /** The same for one event with other data. @throws PluginError also `EVENT_INVALID`, `TOO_LARGE` */
  async replayEdited(edited: EditedEvent, options: Pick<ReplayOptions, 'signal'>): Promise<ReplayProgress> {
    this.active()
    return this.events.letters.replayEdited(edited, { ...options, takesEvents: () => this.state === 'active' })
  }

  /** A profile or a heap snapshot of the instance. @throws PluginError `ILLEGAL_TRANSITION`, `RECORDING_FAILED` */
  record(request: RecordingRequest): Readable {
    return this.active().record(request)
  }

  tellShared(change: SharedChange): void {
    for (const instance of this.instances.all()) if (instance.state.name !== 'standby') instance.tellShared(change)
  }

  /** The last one; null where there was none. */
  get update(): PluginUpdate | null {
    return this.#update?.progress ?? null
  }

  /** The one that has begun last; null where there was none. */
  get updateInHand(): UpdateInHand | null {
    return this.#update
  }

  /** This update has begun, or has gone on to its next phase. */
  followUpdate(update: UpdateInHand): void {
    this.#update = update
    const { progress } = update
    this.#host.receptionChanged()
    this.#host.announce({ type: 'update', id: this.id, at: progress.since, update: progress })
  }

  /** Nothing stands by any more, and nothing is watched. */
  async endUpdate(): Promise<void> {
    await this.#update?.end({ hostEnds: this.#host.isClosing() })
  }

  /** Another version counts from now on. @param byUpdate it is a part of an update, or of its way back */
  useRelease(release: Release, { byUpdate }: { readonly byUpdate: boolean }): void {
    const changes = this.#inUse.use(release)
    if (changes.length === 0) return
    const { mailboxCapacity: capacity, mailboxBytes: capacityBytes, overflow } = this.limits
    this.events.mailbox.limit({ capacity, capacityBytes, overflow })
    this.config.useSchema(release.metadata.configSchema)
    const { version } = release.metadata
    this.#host.announce({ type: 'release', id: this.id, at: clock.epoch(), version, changes, byUpdate })
    this.report('info', `Its plugin.json has changed: ${changes.map(({ sentence }) => sentence).join(', ')}.`)
  }

  /** @throws PluginError `METADATA_INVALID`, `DEPENDENCY_UNMET`, `DEPENDENCY_CYCLE` */
  async checkRelease(release: Release): Promise<void> {
    await this.#inUse.check(release)
  }

  /** @throws PluginError `PERMISSION_DENIED` */
  checkPermissions({ metadata: { permissions } }: Release, grants: readonly Permission[]): void {
    const missing = missingPermissions(permissions, grants)
    if (missing.length > 0) throw permissionDenied(this.id, missing)
  }

  /** A new instance of a release, beside the current one. It has no events yet. */
  makeBeside(release: Release): Instance {
    this.#starts += 1
    const instance = this.#make(release, this.events.counters())
    this.instances.addBeside(instance)
    return instance
  }

  /** This active instance is the plugin's from now on, with this config: it gets the events. The former one stays beside. */
  adopt(instance: Instance, config: { readonly running: StoredConfig; readonly stored: StoredConfig }): void {
    this.useRelease(instance.release, { byUpdate: true })
    this.config.adopt(instance.release.metadata.configSchema, config)
    this.goOn(instance)
  }

  /** This active instance gets the events from now on. */
  goOn(instance: Instance): void {
    this.instances.promote(instance)
    this.events.show(instance.counters)
    this.#follow()
    this.#host.receptionChanged()
    this.events.mailbox.open(instance.window)
  }

  /** It has failed, and its events wait: it is about to be stopped, and another instance goes on. */
  makeWait(error: PluginError): void {
    this.#resting = 'unloading'
    this.#follow({ error })
  }

  /** Stops an instance in the normal way, and ends its process. */
  async retire(instance: Instance): Promise<void> {
    const outcome = await instance.stop()
    if (outcome === 'answered') {
      // The receipt of the event in hand came before the answer: what is left in flight was not begun.
      this.events.mailbox.takeBack(instance.window)
      await instance.cleanUp()
    }
    await instance.kill()
    // Nothing is left in flight unless it was killed: by us, or by a close whose deadline had passed.
    if (outcome !== 'answered') {
      this.events.settleDeath(instance, null, ownError('KILLED', 'it did not stop and was killed'))
    }
    this.#drop(instance)
  }

  /** Ends an instance at once, without hooks. */
  async endInstance(instance: Instance): Promise<void> {
    await instance.kill()
    this.#drop(instance)
  }

  /** As a host stores it, secrets included; dead letters are announced one by one. */
  toStored(): StoredPlugin {
    const { enabled, isolation, config, restartPolicy } = this
    const limits = this.#inUse.override
    const update = this.#update?.stored
    return {
      ...knownOf(this.release),
      enabled,
      isolation,
      ...(limits && { limits }),
      ...(Object.keys(this.#env).length > 0 && { env: this.#env }),
      grant: this.grants.filter((grant) => !DEFAULT_GRANTS.includes(grant)),
      restartPolicy,
      config: { ...config.stored, revision: config.revision },
      ...(update && { update }),
    }
  }

  /** Checks its instances twice a second. @param now milliseconds of a monotonic clock */
  inspect(now: number): void {
    for (const instance of this.instances.all()) instance.inspect(now)
    this.#checkStateFile()
    this.events.inspect(now)
    this.#update?.inspect(now)
  }

  /** Kills what is alive, without hooks. It is not started again. */
  async dispose(): Promise<void> {
    await Promise.all(this.instances.all().map((instance) => instance.kill()))
    this.stateFile.close()
  }

  /** Nobody would see a file without a name grow. Each instance has its descriptor, and may write to it what it likes. */
  #checkStateFile(): void {
    const { bytes } = this.stateFile
    if (bytes <= MAX_STATE_BYTES) return
    this.stateFile.clear()
    if (this.isolation === 'inline') return
    // The one that stands by may have done it: it ends first. Should it go on, it was the one that runs.
    const standby = this.instances.all().find(({ state }) => state.name === 'standby')
    const writer = standby ?? this.instances.current
    writer?.violate(`${bytes} bytes in the file for its state`)
  }

  #make(release: Release, counters: InstanceCounters): Instance {
    const { id: pluginId, isolation, dataPath } = this
    const { handleEventMs } = this.#inUse.limitsOf(release)
    const listener: InstanceListener = {
      onReceipt: (instance, receipt) => this.#onReceipt(instance, receipt),
      onTraced: ({ release }, report) =>
        this.#host.traces.report({ plugin: this.id, version: release.metadata.version }, report),
      onTopics: () => this.#host.receptionChanged(),
      onRefused: (_instance, count) => this.events.totals.refusedPublishes(count),
      onGivenUp: (_instance, event, error) => this.events.giveUp(event, error),
      onLog: (_instance, entry) => this.#log(entry),
      onLogsDropped: (_instance, count) => this.events.totals.droppedLogs(count),
      onSilence: (_instance, isSilent) => this.#onSilence(isSilent),
      onCrash: (instance, progress, error) => this.#onCrash(instance, progress, error),
    }
    return new Instance(
      {
        id: `${pluginId}#${this.#starts}`,
        pluginId,
        release,
        isolation,
        dataPath,
        env: this.#env,
        stateFile: this.stateFile,
        deadlines: { ...this.#host.settings.deadlines, handleEventMs },
        counters,
        redactor: this.config.redactor,
        requestLimit: () => this.#inUse.requestLimit,
        eventIdPrefix: this.#host.reserveEventIds(),
      },
      this.#host,
      listener,
    )
  }

  /** An instance that has ended is forgotten. */
  #drop(instance: Instance): void {
    if (!this.instances.remove(instance)) return
    this.#subscribed = instance.subscribes
    this.config.setRunning(null)
  }

  #onReceipt(instance: Instance, receipt: Receipt): void {
    if (receipt.limitReached && instance === this.instances.current) this.events.mailbox.close()
    if (!this.events.settle(instance, receipt)) return instance.violate('a receipt for more events than it had')
    const last = receipt.failures.at(-1)
    if (receipt.limitReached && last && instance.state.name === 'active') this.#passErrorLimit(instance, last.error)
  }

  /** Its thread has stopped handling events [EV2.a]; the instance is now stopped in the normal way. */
  #passErrorLimit(instance: Instance, last: ThrownInfo): void {
    const errors = instance.counters.errorCount
    const message = `Stopped after ${errors} errors; the last one: ${last.message}`
    const error = new PluginError('ERROR_LIMIT', message, { errors, error: last })
    instance.halt()
    if (this.#update?.takeFailure(error)) return
    this.makeWait(error)
    this.events.mailbox.discard()
    const ending = this.operations.run('error-limit', async () => {
      if (this.instances.current !== instance) return
      await this.end({ keepQueue: false })
      this.fail(error)
    })
    ending.catch((thrown: unknown) =>
      this.report('error', `It could not be stopped: ${PluginError.from(thrown).message}`),
    )
  }

  #onCrash(instance: Instance, progress: Progress | null, error: PluginError): void {
    const isCurrent = instance === this.instances.current
    if (isCurrent) this.events.mailbox.close()
    this.events.settleDeath(instance, progress, deathOf(error))
    if (!isCurrent) return this.#update?.lose(instance, error)
    // A start or stop that is under way gets the error from its hook call, and handles it.
    if (this.state !== 'active') return
    this.#drop(instance)
    if (!this.#update?.takeFailure(error)) this.fail(error)
  }

  /** It is in error from now on. */
  fail(error: PluginError): void {
    const nextRestartAt = this.#failed(error)
    this.#resting = 'error'
    this.#follow({ error, nextRestartAt })
  }

  /** Returns when it will be restarted automatically; the queue waits only for that [EV8.b]. */
  #failed(error: PluginError): number | null {
    const { id, restartPolicy: policy, enabled } = this
    const nextRestartAt = this.#host.failed({ id, policy, enabled, ranForMs: this.status.ranForMs }, error)
    if (nextRestartAt === null) this.events.mailbox.discard()
    return nextRestartAt
  }

  #onSilence(isSilent: boolean): void {
    this.#host.announce({ type: 'responsiveness', id: this.id, at: clock.epoch(), responsive: !isSilent })
    this.report('warn', isSilent ? 'No response for 3 s; the plugin is stopped at 5 s.' : 'The plugin responds again.')
  }

  #follow(reason: Parameters<PluginStatus['become']>[1] = null): void {
    this.status.become(stateOf(this.instances.states, this.#resting), reason)
  }

  /** @throws PluginError `ILLEGAL_TRANSITION` where it is not active */
  active(): Instance {
    const { current } = this.instances
    if (current && this.state === 'active') return current
    const message = `${this.id} is ${this.state}, not active: start it first`
    throw new PluginError('ILLEGAL_TRANSITION', message, { id: this.id, state: this.state })
  }

  report(level: LogEntry['level'], message: string): void {
    this.#log({ level, message, fields: undefined, origin: 'runtime' })
  }

  #log(entry: LogEntry): void {
    this.#host.announce({ type: 'log', id: this.id, at: clock.epoch(), ...entry })
  }
}
