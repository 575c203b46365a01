import { clock } from '../util/clock.ts'
import {
  compileTopicPatterns,
  type Isolation,
  type JsonObject,
  type JsonValue,
  type Permission,
  type PluginLimits,
  type PluginMessage,
  type SharedChange,
  type TopicMatcher,
} from '@plugboard/plugin-sdk'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { DeadLetter } from '../accounting/dead-letters.ts'
import type { InstanceCounters } from '../accounting/instance-counters.ts'
import { PluginEvents, type ReplayListener } from '../accounting/plugin-events.ts'
import type { RestartReason } from '../accounting/plugin-stats.ts'
import type { ReplayProgress } from '../accounting/replay.ts'
import { limitsOf, type Limits } from '../catalog/limits.ts'
import { DEFAULT_GRANTS, missingPermissions, withGrants, withoutGrants } from '../catalog/permission.ts'
import { knownOf, readKnownRelease, type Release } from '../catalog/release.ts'
import { PluginConfig } from '../config/plugin-config.ts'
import type { StoredConfig } from '../config/secret.ts'
import { briefOf, type ErrorBrief } from '../errors/error-brief.ts'
import { PluginError } from '../errors/plugin-error.ts'
import { aborted, deathOf, permissionDenied, startFailure, updateFailed } from '../errors/plugin-failure.ts'
import type { AcceptedEvent } from '../events/accepted-event.ts'
import type { Receiver } from '../events/bus.ts'
import { RateLimit } from '../util/rate-limit.ts'
import type { Receipt } from '../guest-protocol/message.ts'
import type { Progress } from '../guest-protocol/progress.ts'
import { ownError, type ThrownInfo } from '../guest-protocol/thrown.ts'
import { Instance, type InstanceListener } from '../instance/instance.ts'
import type { LogEntry } from '../instance/log-entry.ts'
import type { RecordingRequest } from '../runner/recordings.ts'
import { checkRestartPolicy, type RestartPolicy } from '../supervision/restart-policy.ts'
import { checkEnvironment, type Environment } from '../runner/environment.ts'
import type { LoadOptions, StoredPlugin } from './load-options.ts'
import { OperationQueue } from './operation-queue.ts'
import { handOver, type StateOutcome } from './hand-over.ts'
import type { PluginHost } from './plugin-host.ts'
import { changesBetween, checkConfigSchema } from './release-change.ts'
import { stateOf, type PluginState } from './state.ts'
import { canProceed, type PluginUpdate, type UpdatePhase, type Verdict } from './update.ts'
import { PluginStatus } from './status.ts'

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

const ENDED: Verdict = {
  result: 'unsure',
  metric: 'manual',
  message: 'It was stopped while it was watched.',
  error: null,
}

/** What an update has replaced: it is stopped, and can be started again. */
interface Standby {
  readonly instance: Instance
  /** The config that it ran with. */
  readonly stored: StoredConfig
  readonly revision: number
  /** What was granted for the version that has replaced it. */
  readonly added: readonly Permission[]
  /** The form of its state. */
  readonly stateVersion: number
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
  grants: readonly Permission[]
  restartPolicy: RestartPolicy
  /** What an operator wants it to be; its state is what it is. */
  enabled: boolean

  readonly #host: PluginHost
  /** The host's own limits for it. */
  readonly #limitsOverride: PluginLimits | undefined
  readonly #env: Environment
  #release: Release
  #limits: Limits
  #requestLimit: RateLimit
  #handlesTopic: TopicMatcher
  /** Those that live, the one that began last at the end. */
  readonly #instances = new Set<Instance>()
  /** The one that its events and operations go to. */
  #current: Instance | null = null
  /** The one that an update prepares. It has no part in the plugin's state, and neither has the one that stands by. */
  #next: Instance | null = null
  #standby: Standby | null = null
  #update: PluginUpdate | null = null
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
    this.#limitsOverride = options.limits
    this.#env = checkEnvironment(options.env)
    this.#release = release
    this.#limits = this.#limitsOf(release)
    this.#requestLimit = new RateLimit(this.#limits.publishesPerSecond, clock.now())
    this.#handlesTopic = compileTopicPatterns(metadata.events)
    this.config = new PluginConfig(
      this.id,
      { schema: metadata.configSchema, validator: host.validator, secrets: host.secrets },
      { stored: options.config, revision: options.configRevision ?? 1, lostSecrets: options.lostSecrets ?? [] },
    )
    this.events = new PluginEvents({
      ...settings,
      ...this.#limits,
      pluginId: this.id,
      budgets: host.budgets,
      letters: options.deadLetters ?? [],
      onBuried: (letter) => host.announce({ type: 'dead-letter', id: this.id, at: letter.at, letter }),
      onReduced: (letter) => host.announce({ type: 'dead-letter-reduced', id: this.id, at: clock.epoch(), letter }),
      onTaken: (letterId) => host.announce({ type: 'dead-letter-gone', id: this.id, at: clock.epoch(), letterId }),
    })
    this.status = new PluginStatus(this.id, (fact) => {
      if (fact.type === 'state') {
        if (fact.from === 'active' && this.#current) this.#subscribed = this.#current.subscribes
        if (fact.to === 'active' || fact.to === 'error') this.#isExpected = true
        else if (fact.to === 'loaded') this.#isExpected = false
        host.receptionChanged()
      }
      host.announce(fact)
    })
  }

  /** What its last start read, or its load. */
  get release(): Release {
    return this.#release
  }

  get limits(): Limits {
    return this.#limits
  }

  get state(): PluginState {
    return this.status.state
  }

  get pid(): number | null {
    return this.#current?.pid ?? null
  }

  /** It is active and has given no sign of life for 3 s or more. */
  get isSilent(): boolean {
    const state = this.#current?.state
    return state?.name === 'active' && state.isSilent
  }

  /** Why it says that it is degraded; null: it does not. */
  get degraded(): string | null {
    return this.state === 'active' ? (this.#current?.degraded ?? null) : null
  }

  /** The plugin tolerates this many errors; one more stops it. */
  get errorLimit(): number {
    return this.#host.settings.errorLimit
  }

  /** The host that it is on. */
  get node(): string {
    return this.#host.node
  }

  get permissions(): readonly Permission[] {
    return this.#release.metadata.permissions
  }

  get dataPath(): string {
    return join(this.#host.settings.dataDir, 'plugins', this.id)
  }

  wants(topic: string): boolean {
    const subscribes = this.state === 'active' && this.#current ? this.#current.subscribes : this.#subscribed
    return this.#handlesTopic(topic) || subscribes(topic)
  }

  accept(event: AcceptedEvent): void {
    this.events.mailbox.accept(event)
  }

  /** Whether one more line about a failure of it may be logged. */
  mayLogFailure(): boolean {
    return this.#current?.mayLogFailure() ?? true
  }

  /** An event that it wants was published while it was not active [EV8.e]. */
  miss(): void {
    if (this.enabled && this.#isExpected) this.events.totals.missed()
  }

  /** Takes up a state in which no instance lives. @throws PluginError `ILLEGAL_TRANSITION` */
  rest(state: PluginState): void {
    this.#resting = state
    this.#follow()
  }

  /**
   * Makes a new instance and brings it to active, from loaded, error or unloading. A failure leaves the plugin in error.
   * @throws PluginError `PATH_NOT_FOUND`, `METADATA_INVALID`, `DEPENDENCY_UNMET`, `PERMISSION_DENIED`, `CONFIG_INVALID`,
   * `START_FAILED`, `HOOK_TIMEOUT`, `ABORTED`
   */
  async start(signal: AbortSignal, reason: RestartReason): Promise<void> {
    if (this.#host.isClosing()) throw new PluginError('MANAGER_CLOSED', 'the plugin manager is closed', null)
    this.rest('initializing')
    const counters = this.events.begin(this.#starts === 0 ? null : reason)
    this.#starts += 1
    let instance
    try {
      await this.#readRelease()
      const missing = missingPermissions(this.permissions, this.grants)
      if (missing.length > 0) throw permissionDenied(this.id, missing)
      const { config, stored } = await this.config.forStart()
      signal.throwIfAborted()
      instance = this.#begin(counters)
      await instance.start(config, signal)
      this.config.setRunning(stored)
    } catch (thrown) {
      const error = signal.aborted ? aborted(this.id) : startFailure(this.id, thrown)
      await this.#abandon(error, { aborted: signal.aborted })
      throw error
    }
    this.#follow()
    this.events.mailbox.open(instance.window)
  }

  /** Records that a start was refused before it began, for a plugin in `loaded` or `error`. */
  refuseStart(error: PluginError): void {
    if (this.state === 'loaded') {
      this.rest('initializing')
      return this.#fail(error)
    }
    this.status.forgetRun()
    this.status.postpone(this.#failed(error), error)
  }

  /**
   * Stops the instance, if there is one: sends no further events, calls `stop` and `cleanup`, and ends the process. The
   * state stays `unloading`.
   * @param keepQueue a restart's events wait for the next instance; those of any other ending are discarded
   */
  async end({ keepQueue }: { readonly keepQueue: boolean }): Promise<void> {
    const instance = this.#current
    instance?.halt()
    this.rest('unloading')
    this.events.mailbox.close()
    if (!keepQueue) this.events.mailbox.discard()
    if (instance) await this.#stop(instance)
    await this.endStandby()
    this.proceed('settled', { verdict: ENDED })
    if (!keepQueue) this.events.mailbox.discard()
  }

  /** False where no instance runs, or it takes a config at its next start only. @throws PluginError as `Instance.updateConfig` does */
  async applyConfig(config: JsonObject, signal: AbortSignal): Promise<boolean> {
    if (!this.#current || this.state !== 'active') return false
    return this.#current.updateConfig(config, signal)
  }

  /** @throws PluginError `ILLEGAL_TRANSITION` when it is not active, and as `Instance.deliverMessage` does */
  async deliverMessage(message: PluginMessage): Promise<void> {
    await this.#active().deliverMessage(message)
  }

  /** What the plugin reports of itself. @throws PluginError `ILLEGAL_TRANSITION`, `HOOK_FAILED`, `HOOK_TIMEOUT` */
  async ownStatus(): Promise<JsonValue> {
    return this.#active().status()
  }

  /** Replays dead letters in this order; by default all, the oldest first. @throws PluginError `DEAD_LETTER_NOT_FOUND`, `ILLEGAL_TRANSITION` */
  async replay(letterIds: readonly string[] | undefined, onProgress: ReplayListener): Promise<ReplayProgress> {
    const { events } = this
    for (const letterId of letterIds ?? []) events.checkLetter(letterId)
    this.#active()
    const oldestFirst = (): string[] =>
      events
        .letters()
        .map(({ id }) => id)
        .toReversed()
    return events.replay([...new Set(letterIds ?? oldestFirst())], {
      takesEvents: () => this.state === 'active',
      onProgress,
    })
  }

  /** A profile or a heap snapshot of the instance. @throws PluginError `ILLEGAL_TRANSITION`, `RECORDING_FAILED` */
  record(request: RecordingRequest): Readable {
    return this.#active().record(request)
  }

  tellShared(change: SharedChange): void {
    for (const instance of this.#instances) if (instance.state.name !== 'standby') instance.tellShared(change)
  }

  /** @throws PluginError `ILLEGAL_TRANSITION` where it is not active */
  checkActive(): void {
    this.#active()
  }

  /** The last one; null where there was none. */
  get update(): PluginUpdate | null {
    return this.#update
  }

  /** Why the config that is set does not fit a schema; null: it does. */
  async misfitOf(schema: JsonObject | undefined): Promise<ErrorBrief | null> {
    try {
      await this.config.readyFor(schema)
      return null
    } catch (thrown) {
      return briefOf(PluginError.from(thrown))
    }
  }

  begin(update: PluginUpdate): void {
    this.#update = update
    this.#host.announce({ type: 'update', id: this.id, at: update.since, update })
  }

  /** The update goes on to its next phase. A phase that cannot follow comes too late, and changes nothing. */
  proceed(phase: UpdatePhase, more: Partial<Pick<PluginUpdate, 'state' | 'until' | 'verdict'>> = {}): void {
    if (!this.#update || !canProceed(this.#update.phase, phase)) return
    this.begin({ ...this.#update, until: null, ...more, phase, since: clock.epoch() })
  }

  /**
   * Makes an instance of another release beside the active one, and lets it take over between two events, with its state.
   * Until then the active one goes on; a failure leaves everything as it was. Afterwards the former instance stands by.
   * @param added what it may do from then on besides
   * @throws PluginError `UPDATE_FAILED`, `ILLEGAL_TRANSITION`, `ABORTED`
   */
  async swap(release: Release, added: readonly Permission[], signal: AbortSignal): Promise<StateOutcome> {
    const from = this.#active()
    const { mailbox } = this.events
    try {
      const { instance, stored } = await this.#prepareBeside(release, withGrants(this.grants, added), signal)
      const { outcome, stateVersion } = await handOver({ from, to: instance, mailbox, signal })
      this.#next = null
      const { stored: before, revision } = this.config
      this.#standby = { instance: from, stored: before, revision, added, stateVersion }
      this.grants = withGrants(this.grants, added)
      this.#adopt(instance, stored)
      if (!(await from.standBy())) await this.endStandby()
      return outcome
    } catch (thrown) {
      await this.#endNext()
      if (signal.aborted) throw aborted(this.id)
      throw updateFailed({ id: this.id, from: from.release.metadata.version, to: release.metadata.version }, thrown)
    }
  }

  /**
   * Another release counts from the next start on, and what it may do. For a plugin without an instance.
   * @throws PluginError `METADATA_INVALID`, `DEPENDENCY_UNMET`
   */
  async replace(release: Release, grants: readonly Permission[]): Promise<void> {
    await this.#checkRelease(release)
    this.#useRelease(release)
    this.grants = grants
  }

  /**
   * The version that stands by goes on in the place of the one that has replaced it: with its state, if it has the same form,
   * and otherwise as it was. @throws PluginError `ILLEGAL_TRANSITION` where none stands by, and of its start
   */
  async goBack(verdict: Verdict, signal: AbortSignal): Promise<void> {
    this.proceed('rolling-back', { verdict })
    try {
      await this.#bringBack(signal)
    } catch (thrown) {
      this.proceed('failed')
      throw thrown
    }
    this.proceed('rolled-back')
  }

  async #bringBack(signal: AbortSignal): Promise<void> {
    const standby = this.#standby
    if (!standby) {
      const message = `${this.id} has no version that stands by`
      throw new PluginError('ILLEGAL_TRANSITION', message, { id: this.id, state: this.state })
    }
    const bad = this.#current
    const isTaken = bad?.state.name === 'active' && (await this.#takeBackFrom(bad, standby, signal))
    if (!isTaken && bad?.state.name === 'active' && standby.instance.state.name !== 'standby') {
      // It cannot be started: the version that runs goes on.
      const from = standby.instance.release.metadata.version
      await this.endStandby()
      throw new PluginError('ILLEGAL_TRANSITION', `${from} of ${this.id} could not be started again`, {
        id: this.id,
        state: this.state,
      })
    }
    if (!isTaken) {
      try {
        await this.#startStandby(standby, bad, signal)
      } catch (thrown) {
        const error = signal.aborted ? aborted(this.id) : startFailure(this.id, thrown)
        await this.endStandby()
        await this.#abandon(error, { aborted: signal.aborted })
        throw error
      }
    }
    this.#standby = null
    this.grants = withoutGrants(this.grants, standby.added)
    // A config that was set meanwhile stays set, for its next start.
    const isSame = this.config.revision === standby.revision
    this.#adopt(standby.instance, standby.stored, isSame ? standby.stored : this.config.stored)
    if (isTaken && bad) await this.#stop(bad)
  }

  /** The former version is not needed any more. */
  async endStandby(): Promise<void> {
    const instance = this.#standby?.instance
    this.#standby = null
    if (!instance) return
    if (instance.state.name === 'standby') await instance.cleanUp()
    await this.#end(instance)
  }

  /** As a host stores it, secrets included; dead letters are announced one by one. */
  toStored(): StoredPlugin {
    const { enabled, isolation, config, restartPolicy } = this
    return {
      ...knownOf(this.#release),
      enabled,
      isolation,
      ...(this.#limitsOverride && { limits: this.#limitsOverride }),
      ...(Object.keys(this.#env).length > 0 && { env: this.#env }),
      grant: this.grants.filter((grant) => !DEFAULT_GRANTS.includes(grant)),
      restartPolicy,
      config: { ...config.stored, revision: config.revision },
    }
  }

  /** Checks its instances twice a second. @param now milliseconds of a monotonic clock */
  inspect(now: number): void {
    for (const instance of this.#instances) instance.inspect(now)
    this.events.inspect(now)
  }

  /** Kills what is alive, without hooks. */
  async kill(): Promise<void> {
    await Promise.all([...this.#instances].map((instance) => instance.kill()))
  }

  /** What a plugin's author has changed counts from this start on. @throws PluginError as `start` does */
  async #readRelease(): Promise<void> {
    const before = this.#release
    const release = await readKnownRelease(knownOf(before), this.#host.versions)
    if (changesBetween(before.metadata, release.metadata).length > 0) await this.#checkRelease(release)
    this.#useRelease(release)
  }

  /** @throws PluginError `METADATA_INVALID`, `DEPENDENCY_UNMET` */
  async #checkRelease(release: Release): Promise<void> {
    await checkConfigSchema(release, this.#host.validator)
    this.#host.checkDependencies(release.metadata)
  }

  #useRelease(release: Release): void {
    const changes = changesBetween(this.#release.metadata, release.metadata)
    this.#release = release
    if (changes.length === 0) return
    this.#limits = this.#limitsOf(release)
    this.#requestLimit = new RateLimit(this.#limits.publishesPerSecond, clock.now())
    this.#handlesTopic = compileTopicPatterns(release.metadata.events)
    const { mailboxCapacity: capacity, mailboxBytes: capacityBytes, overflow } = this.#limits
    this.events.mailbox.limit({ capacity, capacityBytes, overflow })
    this.config.useSchema(release.metadata.configSchema)
    const { version } = release.metadata
    this.#host.announce({ type: 'release', id: this.id, at: clock.epoch(), version, changes })
    this.#report('info', `Its plugin.json has changed: ${changes.map(({ sentence }) => sentence).join(', ')}.`)
  }

  #limitsOf({ metadata }: Release): Limits {
    return limitsOf({ requested: metadata.limits, override: this.#limitsOverride }, this.#host.settings)
  }

  #begin(counters: InstanceCounters): Instance {
    const instance = this.#make(this.#release, counters)
    this.#current = instance
    this.#follow()
    return instance
  }

  #make(release: Release, counters: InstanceCounters): Instance {
    const { id: pluginId, isolation, dataPath } = this
    const { handleEventMs } = this.#limitsOf(release)
    const listener: InstanceListener = {
      onReceipt: (instance, receipt) => this.#onReceipt(instance, receipt),
      onTopics: () => this.#host.receptionChanged(),
      onRefused: (_instance, count) => this.events.totals.refusedPublishes(count),
      onGivenUp: (_instance, event, error) => this.events.giveUp(event, error),
      onLog: (_instance, entry) => this.#log(entry),
      onLogsDropped: (_instance, count) => this.events.totals.droppedLogs(count),
      onSilence: (_instance, isSilent) => this.#onSilence(isSilent),
      onCrash: (instance, progress, error) => this.#onCrash(instance, progress, error),
    }
    const instance = new Instance(
      {
        id: `${pluginId}#${this.#starts}`,
        pluginId,
        release,
        isolation,
        dataPath,
        env: this.#env,
        deadlines: { ...this.#host.settings.deadlines, handleEventMs },
        counters,
        redactor: this.config.redactor,
        requestLimit: this.#requestLimit,
        eventIdPrefix: this.#host.reserveEventIds(),
      },
      this.#host,
      listener,
    )
    this.#instances.add(instance)
    return instance
  }

  /** Imports and initializes an instance that has no events yet. @throws PluginError as `start` does */
  async #prepareBeside(
    release: Release,
    grants: readonly Permission[],
    signal: AbortSignal,
  ): Promise<{ instance: Instance; stored: StoredConfig }> {
    await this.endStandby()
    await this.#checkRelease(release)
    const missing = missingPermissions(release.metadata.permissions, grants)
    if (missing.length > 0) throw permissionDenied(this.id, missing)
    const { config, stored } = await this.config.readyFor(release.metadata.configSchema)
    signal.throwIfAborted()
    this.#starts += 1
    const instance = this.#make(release, this.events.counters())
    this.#next = instance
    await instance.prepare(config, signal)
    return { instance, stored }
  }

  /** This instance is the plugin's from now on, with this config: it gets the events. */
  #adopt(instance: Instance, running: StoredConfig, stored = running): void {
    this.#current = instance
    this.#useRelease(instance.release)
    this.config.adopt(instance.release.metadata.configSchema, { running, stored })
    this.events.show(instance.counters)
    this.#follow()
    this.#host.receptionChanged()
    this.events.mailbox.open(instance.window)
  }

  /** False where the one that is to give up its place does not answer. */
  async #takeBackFrom(bad: Instance, { instance, stateVersion }: Standby, signal: AbortSignal): Promise<boolean> {
    try {
      await handOver({ from: bad, to: instance, mailbox: this.events.mailbox, signal, stateVersion })
      return true
    } catch (thrown) {
      if (signal.aborted) throw aborted(this.id)
      this.#report('warn', `It could not hand over its state: ${PluginError.from(thrown).message}`)
      return false
    }
  }

  /** Without the state of the one that it takes over from. */
  async #startStandby({ instance }: Standby, bad: Instance | null, signal: AbortSignal): Promise<void> {
    bad?.halt()
    if (this.state === 'active') this.rest('unloading')
    this.events.mailbox.close()
    if (bad) await this.#stop(bad)
    this.rest('initializing')
    await instance.begin(signal)
  }

  async #endNext(): Promise<void> {
    const next = this.#next
    this.#next = null
    if (next) await this.#end(next)
  }

  async #end(instance: Instance): Promise<void> {
    await instance.kill()
    this.#drop(instance)
  }

  /**
   * Kills the instance that did not become active and puts the plugin in error. After an abort the plugin goes to
   * `loaded` instead, and the operation that aborted the start decides what happens to the queue.
   */
  async #abandon(error: PluginError, { aborted: wasAborted }: { readonly aborted: boolean }): Promise<void> {
    const instance = this.#current
    await instance?.kill()
    if (instance) this.#drop(instance)
    if (!wasAborted) return this.#fail(error)
    this.rest('unloading')
    this.rest('loaded')
  }

  async #stop(instance: Instance): Promise<void> {
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

  /** An instance that has ended is forgotten. */
  #drop(instance: Instance): void {
    this.#instances.delete(instance)
    if (this.#current !== instance) return
    this.#current = null
    this.#subscribed = instance.subscribes
    this.config.setRunning(null)
  }

  #onReceipt(instance: Instance, receipt: Receipt): void {
    if (receipt.limitReached && instance === this.#current) this.events.mailbox.close()
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
    if (this.#standby) return this.#goBackAfter(error)
    this.#resting = 'unloading'
    this.#follow({ error })
    this.events.mailbox.discard()
    const ending = this.operations.run('error-limit', async () => {
      if (this.#current !== instance) return
      await this.end({ keepQueue: false })
      this.#fail(error)
    })
    ending.catch((thrown: unknown) =>
      this.#report('error', `It could not be stopped: ${PluginError.from(thrown).message}`),
    )
  }

  #onCrash(instance: Instance, progress: Progress | null, error: PluginError): void {
    if (instance === this.#current) this.events.mailbox.close()
    this.events.settleDeath(instance, progress, deathOf(error))
    if (instance === this.#standby?.instance) {
      this.#standby = null
      this.#report('warn', `The version that stood by has ended: ${error.message}`)
      return this.#drop(instance)
    }
    // An update that is under way gets the error from its hook call, and handles it.
    if (instance === this.#next) return
    // So does a start or stop.
    if (this.state !== 'active' || instance !== this.#current) return
    this.#drop(instance)
    if (this.#standby) return this.#goBackAfter(error)
    this.#fail(error)
  }

  /** The version that an update has put in place has failed while it was watched. Its events wait for the former one. */
  #goBackAfter(error: PluginError): void {
    this.#resting = 'unloading'
    this.#follow({ error })
    const verdict: Verdict = { result: 'bad', metric: 'error', message: error.message, error: briefOf(error) }
    this.proceed('rolling-back', { verdict })
    const back = this.operations.run('go-back', async (signal) => {
      // It failed so early that the update was not being watched yet.
      this.proceed('rolling-back', { verdict })
      // Something else has ended or started it meanwhile; or the former one has died as well.
      if (!this.#standby) {
        if (this.#current === null && this.state === 'unloading') this.#fail(error)
        this.proceed('failed')
        return
      }
      await this.goBack(verdict, signal)
    })
    back.catch((thrown: unknown) => {
      this.#report('error', `The former version could not go on: ${PluginError.from(thrown).message}`)
    })
  }

  /** It is in error from now on. */
  #fail(error: PluginError): void {
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
    this.#report('warn', isSilent ? 'No response for 3 s; the plugin is stopped at 5 s.' : 'The plugin responds again.')
  }

  #follow(reason: Parameters<PluginStatus['become']>[1] = null): void {
    const states = [...this.#instances]
      .filter((one) => one !== this.#next && one !== this.#standby?.instance)
      .map(({ state }) => state)
    this.status.become(stateOf(states, this.#resting), reason)
  }

  /** @throws PluginError `ILLEGAL_TRANSITION` */
  #active(): Instance {
    if (this.#current && this.state === 'active') return this.#current
    const message = `${this.id} is ${this.state}, not active: start it first`
    throw new PluginError('ILLEGAL_TRANSITION', message, { id: this.id, state: this.state })
  }

  #report(level: LogEntry['level'], message: string): void {
    this.#log({ level, message, fields: undefined, origin: 'runtime' })
  }

  #log(entry: LogEntry): void {
    this.#host.announce({ type: 'log', id: this.id, at: clock.epoch(), ...entry })
  }
}
