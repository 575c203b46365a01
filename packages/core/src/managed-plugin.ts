import {
  compileTopicPatterns,
  isTopicPattern,
  type Isolation,
  type JsonObject,
  type JsonValue,
  type LogLevel,
  type Permission,
  type PluginMessage,
  type SharedChange,
  type TopicMatcher,
} from '@plugboard/plugin-sdk'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { PluginConfig } from './config/plugin-config.ts'
import { createInstance, instanceSettings } from './create-instance.ts'
import type { AcceptedEvent } from './events/accepted-event.ts'
import type { Receiver } from './events/event-bus.ts'
import { PluginEvents } from './events/plugin-events.ts'
import type { Receipt } from './guest/message.ts'
import { ownError, type ThrownInfo } from './guest/thrown.ts'
import { deliverMessage, updateConfig } from './instance-calls.ts'
import type { InstanceEvents, InstanceHandle } from './instance-handle.ts'
import { callLast, type LastCallOutcome } from './last-call.ts'
import { type HookDeadlines, type LoadOptions, restartPolicy } from './manager-options.ts'
import { OperationQueue } from './operation-queue.ts'
import { missingPermissions } from './permission.ts'
import { isPluginError, PluginError } from './plugin-error.ts'
import type { PluginHost } from './plugin-host.ts'
import { aborted, crashError, permissionDenied, startFailure } from './plugin-failure.ts'
import { limitsOf, type Limits } from './plugin-limits.ts'
import type { PluginSource } from './plugin-source.ts'
import { PluginStanding } from './plugin-standing.ts'
import type { PluginState } from './plugin-state.ts'
import type { PluginStats, RestartReason } from './plugin-stats.ts'
import type { RecordingRequest } from './runner/recordings.ts'
import type { Crash } from './runner/runner.ts'
import type { RestartPolicy } from './supervision/restart-policy.ts'

export interface ManagedPluginOptions extends Pick<LoadOptions, 'limits' | 'restartPolicy'> {
  readonly grants: readonly Permission[]
  readonly isolation: Isolation
  readonly config: JsonObject
  readonly enabled: boolean
}

/** One plugin across all its instances: where it stands, what it was granted, its config, its events and its figures. */
export class ManagedPlugin implements Receiver {
  readonly id: string
  readonly source: PluginSource
  readonly isolation: Isolation
  readonly limits: Limits
  readonly loadTime = Date.now()
  readonly config: PluginConfig
  readonly events: PluginEvents
  readonly standing: PluginStanding
  readonly operations = new OperationQueue()
  grants: readonly Permission[]
  policy: RestartPolicy
  /** What somebody wants it to be; its state is what it is. */
  enabled: boolean

  readonly #host: PluginHost
  readonly #handlesTopic: TopicMatcher
  #subscribes: TopicMatcher = () => false
  #instance: InstanceHandle | null = null
  #wasStarted = false
  #isSilent = false

  /** @throws PluginError `OPTION_INVALID` */
  constructor(host: PluginHost, source: PluginSource, options: ManagedPluginOptions) {
    const { settings } = host
    this.id = source.metadata.id
    this.source = source
    this.isolation = options.isolation
    this.grants = options.grants
    this.enabled = options.enabled
    this.policy = restartPolicy(options.restartPolicy ?? settings.restartPolicy)
    this.limits = limitsOf({ wish: source.metadata.limits, demand: options.limits }, settings)
    this.config = new PluginConfig(source.metadata.configSchema, options.config, host.validator)
    this.events = new PluginEvents({
      ...settings,
      ...this.limits,
      pluginId: this.id,
      onBuried: (letter) => host.announce({ type: 'dead-letter', id: this.id, at: letter.at, letter }),
      onTaken: (letterId) => host.announce({ type: 'dead-letter-gone', id: this.id, at: Date.now(), letterId }),
    })
    this.standing = new PluginStanding(this.id, (fact) => {
      if (fact.type === 'state' && (fact.from === 'active' || fact.to === 'active')) host.receptionChanged()
      host.announce(fact)
    })
    this.#host = host
    this.#handlesTopic = compileTopicPatterns(source.metadata.events)
  }

  get state(): PluginState {
    return this.standing.state
  }

  get pid(): number | null {
    return this.#instance?.pid ?? null
  }

  /** It is active and has given no sign of life for 3 s or more. */
  get isSilent(): boolean {
    return this.#isSilent
  }

  get permissions(): readonly Permission[] {
    return this.source.metadata.permissions
  }

  get dataPath(): string {
    return join(this.#host.settings.dataDir, 'plugins', this.id)
  }

  wants(topic: string): boolean {
    return this.#handlesTopic(topic) || this.#subscribes(topic)
  }

  accept(event: AcceptedEvent): void {
    this.events.mailbox.accept(event)
  }

  /**
   * Makes a new instance and brings it to active, from loaded, error or unloading. A failure leaves the plugin in error.
   * @throws PluginError `PERMISSION_DENIED`, `CONFIG_INVALID`, `START_FAILED`, `HOOK_TIMEOUT`, `ABORTED`
   */
  async start(signal: AbortSignal, reason: RestartReason): Promise<void> {
    const { settings, vmInstanceId } = this.#host
    if (this.#host.isClosing()) throw new PluginError('MANAGER_CLOSED', 'the plugin manager is closed', null)
    this.standing.transition('initializing')
    this.events.begin(this.#wasStarted ? reason : null)
    this.#wasStarted = true
    try {
      const missing = missingPermissions(this.permissions, this.grants)
      if (missing.length > 0) throw permissionDenied(this.id, missing)
      const config = await this.config.forStart()
      signal.throwIfAborted()
      const instance = await this.#createInstance()
      this.#instance = instance
      const settingsOfInstance = instanceSettings(
        this.source,
        { config, dataPath: this.dataPath, vmInstanceId },
        { ...settings, ...this.limits },
      )
      await instance.call('initialize', settingsOfInstance, { timeoutMs: settings.deadlines.initializeMs, signal })
      await this.#startHook(instance, signal)
      this.config.setRunning(config)
    } catch (thrown) {
      const error = signal.aborted ? aborted(this.id) : startFailure(this.id, thrown)
      await this.#abandon(error, { aborted: signal.aborted })
      throw error
    }
    const instance = this.#instance
    this.standing.transition('active')
    this.events.mailbox.open(instance)
  }

  /** A start that was due could not even begin. */
  refuseStart(error: PluginError): void {
    const nextRestartAt = this.#host.failed(this, error)
    if (nextRestartAt === null) this.events.mailbox.discard()
    this.standing.postpone(nextRestartAt, error)
  }

  /** `start`; where it throws, `cleanup` still gets its call. */
  async #startHook(instance: InstanceHandle, signal: AbortSignal): Promise<void> {
    const { startMs, cleanupMs } = this.#host.settings.deadlines
    try {
      await instance.call('start', undefined, { timeoutMs: startMs, signal })
    } catch (thrown) {
      if (isPluginError(thrown, 'HOOK_FAILED')) await this.#callLast(instance, 'cleanup', { timeoutMs: cleanupMs })
      throw thrown
    }
  }

  /** The instance that did not become active is ended, and the plugin says why; after an abort it is simply loaded, and its queue is for who aborted. */
  async #abandon(error: PluginError, { aborted: wasAborted }: { readonly aborted: boolean }): Promise<void> {
    const instance = this.#instance
    this.#forgetInstance()
    await instance?.end()
    if (!wasAborted) return this.#fail(error)
    this.standing.transition('unloading')
    this.standing.transition('loaded')
  }

  /** It is in error from now on. The queue waits only for a restart that comes by itself [EV8]. */
  #fail(error: PluginError): void {
    const nextRestartAt = this.#host.failed(this, error)
    if (nextRestartAt === null) this.events.mailbox.discard()
    this.standing.transition('error', { error, nextRestartAt })
  }

  /**
   * Ends the instance, if there is one: no further event, stop, cleanup, gone. The state stays `unloading`.
   * @param keepQueue a restart's events wait for the next instance; those of any other ending are discarded
   */
  async end({ keepQueue }: { readonly keepQueue: boolean }): Promise<void> {
    const { stopMs, cleanupMs, handleEventMs } = this.#deadlines
    if (this.state !== 'unloading') this.standing.transition('unloading')
    this.events.mailbox.close()
    if (!keepQueue) this.events.mailbox.discard()

    const instance = this.#instance
    if (instance) {
      const outcome = await this.#callLast(instance, 'stop', { timeoutMs: stopMs, graceMs: handleEventMs + 500 })
      if (outcome === 'answered') {
        // The receipt of the event in hand came before the answer: what is left in flight was not begun.
        this.events.mailbox.takeBack()
        await this.#callLast(instance, 'cleanup', { timeoutMs: cleanupMs })
      }
      await instance.end()
      // Nothing is left in flight unless it was killed: by us, or by a close whose deadline had passed.
      if (outcome !== 'answered') {
        this.events.settleDeath(null, ownError('KILLED', 'it did not stop and was killed'))
      }
    }
    this.#forgetInstance()
    if (!keepQueue) this.events.mailbox.discard()
  }

  /** False where no instance runs, or it takes a config at its next start only. @throws PluginError as `updateConfig` does */
  async applyConfig(config: JsonObject, signal: AbortSignal): Promise<boolean> {
    if (!this.#instance || this.state !== 'active') return false
    return updateConfig(this.#instance, config, { deadlines: this.#deadlines, signal })
  }

  /** @throws PluginError `ILLEGAL_TRANSITION` when it is not active, and as `deliverMessage` does */
  async deliverMessage(message: PluginMessage): Promise<void> {
    await deliverMessage(this.#activeInstance(), message, this.#deadlines)
  }

  /** What the plugin says of itself. @throws PluginError `ILLEGAL_TRANSITION`, `HOOK_FAILED`, `HOOK_TIMEOUT` */
  async status(): Promise<JsonValue> {
    return (await this.#activeInstance().call('status', undefined, { timeoutMs: 1_000 })) ?? null
  }

  /** Takes dead letters and accepts their events once more; returns how many there were. @throws PluginError `DEAD_LETTER_NOT_FOUND`, `ILLEGAL_TRANSITION` */
  replay(letterIds: readonly string[]): number {
    for (const letterId of letterIds) this.events.checkLetter(letterId)
    this.#activeInstance()
    const events = [...new Set(letterIds)].flatMap((letterId) => this.events.takeLetter(letterId).events)
    this.events.replay(events)
    return events.length
  }

  /** A profile or a heap snapshot of the instance. @throws PluginError `ILLEGAL_TRANSITION`, `RECORDING_FAILED` */
  record(request: RecordingRequest): Readable {
    return this.#activeInstance().record(request)
  }

  tellShared(change: SharedChange): void {
    if (this.state === 'active') this.#instance?.tellShared(change)
  }

  /** Looks after the instance. @param now milliseconds of a clock that does not go back */
  inspect(now: number): void {
    const instance = this.#instance
    if (!instance) return
    this.events.counters.use(instance.inspect(now))
    const isSilent = this.state === 'active' && instance.isSilent
    if (isSilent === this.#isSilent) return
    this.#isSilent = isSilent
    this.#host.announce({ type: 'responsiveness', id: this.id, at: Date.now(), responsive: !isSilent })
    const message = isSilent ? 'It has not answered for 3 s; at 5 s it is ended.' : 'It answers again.'
    this.#log({ level: 'warn', message, origin: 'runtime' })
  }

  /** Kills what is alive, without hooks. */
  async kill(): Promise<void> {
    await this.#instance?.end()
  }

  stats(): PluginStats {
    return this.events.stats()
  }

  #log(entry: {
    level: LogLevel
    message: string
    origin: 'plugin' | 'stdout' | 'stderr' | 'runtime'
    fields?: JsonObject | undefined
  }): void {
    this.#host.announce({ type: 'log', id: this.id, at: Date.now(), fields: undefined, ...entry })
  }

  #activeInstance(): InstanceHandle {
    if (this.#instance && this.state === 'active') return this.#instance
    throw new PluginError('ILLEGAL_TRANSITION', `${this.id} is ${this.state}, not active: start it first`, {
      id: this.id,
      state: this.state,
    })
  }

  #createInstance(): Promise<InstanceHandle> {
    const { source, isolation, permissions, dataPath } = this
    const events: InstanceEvents = {
      onReceipt: (receipt) => this.#onReceipt(receipt),
      onTopics: (patterns) => this.#onTopics(patterns),
      onLog: (level, message, fields) => this.#log({ level, message, origin: 'plugin', fields }),
      onAsk: (method, args) => this.#host.answer(this, method, args),
      explain: (crash) => this.#explain(crash),
      onCrash: (crash, error) => this.#onCrash(crash, error),
      redact: (value) => this.config.redactor.json(value),
    }
    return createInstance({
      source,
      isolation,
      permissions,
      dataPath,
      events,
      ledger: this.#host.ledger,
      onOutput: (stream, line) =>
        this.#log({
          level: stream === 'stderr' ? 'warn' : 'info',
          message: this.config.redactor.text(line),
          origin: stream,
        }),
    })
  }

  #callLast(
    instance: InstanceHandle,
    method: 'stop' | 'cleanup',
    options: { readonly timeoutMs: number; readonly graceMs?: number },
  ): Promise<LastCallOutcome> {
    const report = (message: string): void => this.#log({ level: 'warn', message, origin: 'runtime' })
    return callLast(instance, method, { ...options, report })
  }

  #onReceipt(receipt: Receipt): void {
    if (receipt.limitReached) this.events.mailbox.close()
    if (!this.events.settle(receipt)) return this.#instance?.violate('a receipt for more events than it had')
    const last = receipt.failures.at(-1)
    if (receipt.limitReached && last && this.state === 'active') this.#passErrorLimit(last.error)
  }

  /** Its thread has stopped by itself [EV2]; what is left is an orderly ending. */
  #passErrorLimit(last: ThrownInfo): void {
    const instance = this.#instance
    const errors = this.events.counters.errorCount
    const message = `Stopped after ${errors} errors; the last one: ${last.message}`
    const error = new PluginError('ERROR_LIMIT', message, { errors, error: last })
    this.standing.transition('unloading', { error })
    this.events.mailbox.discard()
    void this.operations.run('error-limit', async () => {
      if (this.#instance !== instance) return
      await this.end({ keepQueue: false })
      this.#fail(error)
    })
  }

  #onTopics(patterns: readonly string[]): void {
    this.#subscribes = compileTopicPatterns(patterns.filter(isTopicPattern))
    this.#host.receptionChanged()
  }

  #explain(crash: Crash): PluginError {
    const { folder } = this.source
    const { redactor } = this.config
    const clean = { ...crash, error: redactor.json(crash.error), output: redactor.text(crash.output) }
    const evidence = this.#host.evidence.of(crash, { id: this.id, folder })
    return crashError({ ...clean, message: redactor.text(crash.message) }, { evidence, folder })
  }

  #onCrash(crash: Crash, error: PluginError): void {
    this.events.mailbox.close()
    this.events.settleDeath(crash.progress, deathOf(error))
    if (this.state !== 'active') return
    this.#forgetInstance()
    this.#fail(error)
  }

  #forgetInstance(): void {
    this.#instance = null
    this.config.setRunning(null)
    this.#subscribes = () => false
    this.events.counters.use(null)
    this.#isSilent = false
  }

  get #deadlines(): HookDeadlines {
    return { ...this.#host.settings.deadlines, handleEventMs: this.limits.handleEventMs }
  }
}

/** What the dead letters of a crash say: what was thrown, or else how the guest ended. */
function deathOf(error: PluginError): ThrownInfo {
  const { error: thrown } = error.details as { readonly error?: ThrownInfo | null }
  return thrown ?? ownError(error.code, error.message)
}
