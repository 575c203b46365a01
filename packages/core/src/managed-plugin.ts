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
import { PluginConfig } from './config/plugin-config.ts'
import type { AcceptedEvent } from './events/accepted-event.ts'
import type { DeadLetter } from './events/dead-letters.ts'
import type { Receiver } from './events/event-bus.ts'
import { PluginEvents } from './events/plugin-events.ts'
import type { Receipt } from './guest/message.ts'
import { ownError, type ThrownInfo } from './guest/thrown.ts'
import { deliverMessage, updateConfig } from './instance-calls.ts'
import type { InstanceHandle } from './instance-handle.ts'
import { type HookDeadlines, type LoadOptions, restartPolicy, type RestoreOptions } from './manager-options.ts'
import { OperationQueue } from './operation-queue.ts'
import { DEFAULT_GRANTS, missingPermissions } from './permission.ts'
import { PluginError } from './plugin-error.ts'
import { metadataInvalid } from './plugin-metadata.ts'
import type { PluginHost } from './plugin-host.ts'
import { aborted, deathOf, permissionDenied, startFailure } from './plugin-failure.ts'
import { limitsOf, type Limits } from './plugin-limits.ts'
import { PluginRun, type RunOwner } from './plugin-run.ts'
import { readKnownSource, type PluginSource } from './plugin-source.ts'
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
  /** The number of that config. Default 1. */
  readonly configRevision?: number
  /** From before, the oldest first. */
  readonly deadLetters?: readonly DeadLetter[]
}

/** One plugin across all its instances: where it stands, what it was granted, its config, its events and its figures. */
export class ManagedPlugin implements Receiver {
  readonly id: string
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

  /** The host's own limits for it; `limits` is what they come to. */
  readonly #demand: PluginLimits | undefined
  #source: PluginSource
  readonly #host: PluginHost
  readonly #handlesTopic: TopicMatcher
  #run: PluginRun | null = null
  #wasStarted = false

  /** @throws PluginError `OPTION_INVALID` */
  constructor(host: PluginHost, source: PluginSource, options: ManagedPluginOptions) {
    const { settings } = host
    this.id = source.metadata.id
    this.#source = source
    this.#demand = options.limits
    this.isolation = options.isolation
    this.grants = options.grants
    this.enabled = options.enabled
    this.policy = restartPolicy(options.restartPolicy ?? settings.restartPolicy)
    this.limits = limitsOf({ wish: source.metadata.limits, demand: options.limits }, settings)
    this.config = new PluginConfig(source.metadata.configSchema, host.validator, {
      value: options.config,
      revision: options.configRevision ?? 1,
    })
    this.events = new PluginEvents({
      ...settings,
      ...this.limits,
      pluginId: this.id,
      letters: options.deadLetters ?? [],
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

  get source(): PluginSource {
    return this.#source
  }

  get state(): PluginState {
    return this.standing.state
  }

  get pid(): number | null {
    return this.#run?.instance.pid ?? null
  }

  /** It is active and has given no sign of life for 3 s or more. */
  get isSilent(): boolean {
    return this.#run?.isSilent ?? false
  }

  /** So many errors are tolerated; one more stops it. */
  get errorLimit(): number {
    return this.#host.settings.errorLimit
  }

  get permissions(): readonly Permission[] {
    return this.source.metadata.permissions
  }

  get dataPath(): string {
    return join(this.#host.settings.dataDir, 'plugins', this.id)
  }

  get deadlines(): HookDeadlines {
    return { ...this.#host.settings.deadlines, handleEventMs: this.limits.handleEventMs }
  }

  wants(topic: string): boolean {
    return this.#handlesTopic(topic) || (this.#run?.subscribesTo(topic) ?? false)
  }

  accept(event: AcceptedEvent): void {
    this.events.mailbox.accept(event)
  }

  /**
   * Makes a new instance and brings it to active, from loaded, error or unloading. A failure leaves the plugin in error.
   * @throws PluginError `PERMISSION_DENIED`, `CONFIG_INVALID`, `START_FAILED`, `HOOK_TIMEOUT`, `ABORTED`
   */
  async start(signal: AbortSignal, reason: RestartReason): Promise<void> {
    if (this.#host.isClosing()) throw new PluginError('MANAGER_CLOSED', 'the plugin manager is closed', null)
    this.standing.transition('initializing')
    this.events.begin(this.#wasStarted ? reason : null)
    this.#wasStarted = true
    let run
    try {
      await this.#findSource()
      const missing = missingPermissions(this.permissions, this.grants)
      if (missing.length > 0) throw permissionDenied(this.id, missing)
      const config = await this.config.forStart()
      signal.throwIfAborted()
      run = await this.#createRun()
      await run.start(config, signal)
      this.config.setRunning(config)
    } catch (thrown) {
      const error = signal.aborted ? aborted(this.id) : startFailure(this.id, thrown)
      await this.#abandon(error, { aborted: signal.aborted })
      throw error
    }
    this.standing.transition('active')
    this.events.mailbox.open(run.instance)
  }

  /** A start that was due could not even begin: from loaded, or once more from error. */
  refuseStart(error: PluginError): void {
    if (this.state === 'loaded') {
      this.standing.transition('initializing')
      return this.#fail(error)
    }
    this.standing.forgetRun()
    this.standing.postpone(this.#failed(error), error)
  }

  /** Its files may have come back. @throws PluginError `PATH_NOT_FOUND`, `METADATA_INVALID` */
  async #findSource(): Promise<void> {
    if (!this.#source.unreadable) return
    const found = await readKnownSource(this.#source)
    if (found.unreadable) throw found.unreadable
    if (JSON.stringify(found.metadata) !== JSON.stringify(this.#source.metadata)) {
      const violation = { pointer: '', rule: 'const', message: 'has changed meanwhile: unload it and load it anew' }
      throw metadataInvalid(found.path, [violation])
    }
    this.#source = found
  }

  /** The instance that did not become active is ended, and the plugin says why; after an abort it is simply loaded, and its queue is for who aborted. */
  async #abandon(error: PluginError, { aborted: wasAborted }: { readonly aborted: boolean }): Promise<void> {
    const run = this.#run
    this.#forgetRun()
    await run?.instance.end()
    if (!wasAborted) return this.#fail(error)
    this.standing.transition('unloading')
    this.standing.transition('loaded')
  }

  /** It is in error from now on. */
  #fail(error: PluginError): void {
    const nextRestartAt = this.#failed(error)
    this.standing.transition('error', { error, nextRestartAt })
  }

  /** Returns when it will be started by itself; the queue waits only for that [EV8]. */
  #failed(error: PluginError): number | null {
    const nextRestartAt = this.#host.failed(this, error)
    if (nextRestartAt === null) this.events.mailbox.discard()
    return nextRestartAt
  }

  /**
   * Ends the instance, if there is one: no further event, stop, cleanup, gone. The state stays `unloading`.
   * @param keepQueue a restart's events wait for the next instance; those of any other ending are discarded
   */
  async end({ keepQueue }: { readonly keepQueue: boolean }): Promise<void> {
    if (this.state !== 'unloading') this.standing.transition('unloading')
    this.events.mailbox.close()
    if (!keepQueue) this.events.mailbox.discard()
    if (this.#run) await this.#endRun(this.#run)
    this.#forgetRun()
    if (!keepQueue) this.events.mailbox.discard()
  }

  async #endRun(run: PluginRun): Promise<void> {
    const outcome = await run.stop()
    if (outcome === 'answered') {
      // The receipt of the event in hand came before the answer: what is left in flight was not begun.
      this.events.mailbox.takeBack()
      await run.cleanUp()
    }
    await run.instance.end()
    // Nothing is left in flight unless it was killed: by us, or by a close whose deadline had passed.
    if (outcome !== 'answered') this.events.settleDeath(null, ownError('KILLED', 'it did not stop and was killed'))
  }

  /** False where no instance runs, or it takes a config at its next start only. @throws PluginError as `updateConfig` does */
  async applyConfig(config: JsonObject, signal: AbortSignal): Promise<boolean> {
    if (!this.#run || this.state !== 'active') return false
    return updateConfig(this.#run.instance, config, { deadlines: this.deadlines, signal })
  }

  /** @throws PluginError `ILLEGAL_TRANSITION` when it is not active, and as `deliverMessage` does */
  async deliverMessage(message: PluginMessage): Promise<void> {
    await deliverMessage(this.#activeInstance(), message, this.deadlines)
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
    if (this.state === 'active') this.#run?.instance.tellShared(change)
  }

  /** As a host keeps it, secrets included; dead letters are told one by one. */
  toKeep(): RestoreOptions {
    const { source, enabled, isolation, config } = this
    return {
      path: source.path,
      metadata: source.metadata,
      enabled,
      isolation,
      ...(this.#demand && { limits: this.#demand }),
      grant: this.grants.filter((grant) => !DEFAULT_GRANTS.includes(grant)),
      restartPolicy: this.policy,
      config: { value: config.whole, revision: config.revision },
    }
  }

  /** Looks after the instance. @param now milliseconds of a clock that does not go back */
  inspect(now: number): void {
    if (!this.#run) return
    const { instance } = this.#run
    this.events.counters.use(instance.inspect(now))
    this.#run.noteSilence(this.state === 'active' && instance.isSilent)
  }

  /** Kills what is alive, without hooks. */
  async kill(): Promise<void> {
    await this.#run?.instance.end()
  }

  stats(): PluginStats {
    return this.events.stats()
  }

  #activeInstance(): InstanceHandle {
    if (this.#run && this.state === 'active') return this.#run.instance
    throw new PluginError('ILLEGAL_TRANSITION', `${this.id} is ${this.state}, not active: start it first`, {
      id: this.id,
      state: this.state,
    })
  }

  async #createRun(): Promise<PluginRun> {
    const { id, source, isolation, permissions, dataPath, deadlines } = this
    const owner: RunOwner = {
      id,
      source,
      isolation,
      permissions,
      dataPath,
      deadlines,
      redactor: this.config.redactor,
      onAsk: (method, args) => this.#host.answer(this, method, args),
      onReceipt: (receipt) => this.#onReceipt(receipt),
      onCrash: (crash, error) => this.#onCrash(crash, error),
    }
    this.#run = await PluginRun.create(owner, this.#host)
    return this.#run
  }

  #onReceipt(receipt: Receipt): void {
    if (receipt.limitReached) this.events.mailbox.close()
    if (!this.events.settle(receipt)) return this.#run?.instance.violate('a receipt for more events than it had')
    const last = receipt.failures.at(-1)
    if (receipt.limitReached && last && this.state === 'active') this.#passErrorLimit(last.error)
  }

  /** Its thread has stopped by itself [EV2]; what is left is an orderly ending. */
  #passErrorLimit(last: ThrownInfo): void {
    const run = this.#run
    const errors = this.events.counters.errorCount
    const message = `Stopped after ${errors} errors; the last one: ${last.message}`
    const error = new PluginError('ERROR_LIMIT', message, { errors, error: last })
    this.standing.transition('unloading', { error })
    this.events.mailbox.discard()
    void this.operations.run('error-limit', async () => {
      if (this.#run !== run) return
      await this.end({ keepQueue: false })
      this.#fail(error)
    })
  }

  #onCrash(crash: Crash, error: PluginError): void {
    this.events.mailbox.close()
    this.events.settleDeath(crash.progress, deathOf(error))
    if (this.state !== 'active') return
    this.#forgetRun()
    this.#fail(error)
  }

  #forgetRun(): void {
    this.#run = null
    this.config.setRunning(null)
    this.events.counters.use(null)
  }
}
