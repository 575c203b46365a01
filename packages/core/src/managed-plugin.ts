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
import { PluginConfig } from './config/plugin-config.ts'
import { createInstance, instanceSettings } from './create-instance.ts'
import type { AcceptedEvent } from './events/accepted-event.ts'
import type { Receiver } from './events/event-bus.ts'
import { PluginEvents } from './events/plugin-events.ts'
import type { Receipt } from './guest/message.ts'
import { ownError, type ThrownInfo } from './guest/thrown.ts'
import { deliverMessage, updateConfig } from './instance-calls.ts'
import { crashed, type InstanceEvents, type InstanceHandle } from './instance-handle.ts'
import { callLast, type LastCallOutcome } from './last-call.ts'
import { OperationQueue } from './operation-queue.ts'
import { missingPermissions } from './permission.ts'
import { isPluginError, PluginError } from './plugin-error.ts'
import type { PluginHost } from './plugin-host.ts'
import { aborted, lastErrorOf, permissionDenied, startFailure, type LastError } from './plugin-failure.ts'
import type { PluginSource } from './plugin-source.ts'
import { canTransition, type PluginState } from './plugin-state.ts'
import type { PluginStats } from './plugin-stats.ts'
import type { Crash } from './runner/runner.ts'

/** One plugin across all its instances: where it stands, what it was granted, its config, its events and its figures. */
export class ManagedPlugin implements Receiver {
  readonly id: string
  readonly source: PluginSource
  readonly isolation: Isolation
  readonly loadTime = Date.now()
  readonly config: PluginConfig
  readonly events: PluginEvents
  readonly operations = new OperationQueue()
  grants: readonly Permission[]
  /** What somebody wants it to be; its state is what it is. */
  enabled: boolean

  readonly #host: PluginHost
  readonly #handlesTopic: TopicMatcher
  #subscribes: TopicMatcher = () => false
  #state: PluginState = 'unloaded'
  #activeSince: number | null = null
  #lastError: LastError | null = null
  #instance: InstanceHandle | null = null

  constructor(
    host: PluginHost,
    source: PluginSource,
    options: { grants: readonly Permission[]; isolation: Isolation; config: JsonObject; enabled: boolean },
  ) {
    const { settings } = host
    this.id = source.metadata.id
    this.source = source
    this.isolation = options.isolation
    this.grants = options.grants
    this.enabled = options.enabled
    this.config = new PluginConfig(source.metadata.configSchema, options.config, host.validator)
    this.events = new PluginEvents({
      ...settings,
      pluginId: this.id,
      onBuried: (letter) => host.announce({ type: 'dead-letter', id: this.id, at: letter.at, letter }),
      onTaken: (letterId) => host.announce({ type: 'dead-letter-gone', id: this.id, at: Date.now(), letterId }),
    })
    this.#host = host
    this.#handlesTopic = compileTopicPatterns(source.metadata.events)
    this.transition('loading')
  }

  get state(): PluginState {
    return this.#state
  }

  get activeSince(): number | null {
    return this.#activeSince
  }

  get lastError(): LastError | null {
    return this.#lastError
  }

  get pid(): number | null {
    return this.#instance?.pid ?? null
  }

  get permissions(): readonly Permission[] {
    return this.source.metadata.permissions
  }

  get dataPath(): string {
    return join(this.#host.settings.dataDir, 'plugins', this.id)
  }

  /** @throws PluginError `ILLEGAL_TRANSITION` */
  transition(to: PluginState, error: PluginError | null = null): void {
    const from = this.#state
    if (!canTransition(from, to)) {
      throw new PluginError('ILLEGAL_TRANSITION', `${this.id} is ${from} and cannot become ${to}`, {
        id: this.id,
        state: from,
      })
    }
    const at = Date.now()
    this.#state = to
    this.#activeSince = to === 'active' ? at : null
    if (error) this.#lastError = lastErrorOf(error, at)
    if (from === 'active' || to === 'active') this.#host.receptionChanged()
    const shown = error && { code: error.code, message: error.message }
    this.#host.announce({ type: 'state', id: this.id, at, from, to, error: shown })
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
  async start(signal: AbortSignal): Promise<void> {
    const { settings, vmInstanceId } = this.#host
    if (this.#host.isClosing()) throw new PluginError('MANAGER_CLOSED', 'the plugin manager is closed', null)
    this.transition('initializing')
    this.events.begin()
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
        settings,
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
    this.transition('active')
    this.events.mailbox.open(instance)
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

  /** The instance that did not become active is ended, and the plugin says why; after an abort it is simply loaded. */
  async #abandon(error: PluginError, { aborted: wasAborted }: { readonly aborted: boolean }): Promise<void> {
    const instance = this.#instance
    this.#forgetInstance()
    await instance?.end()
    this.events.mailbox.discard()
    if (!wasAborted) return this.transition('error', error)
    this.transition('unloading')
    this.transition('loaded')
  }

  /**
   * Ends the instance, if there is one: no further event, stop, cleanup, gone. The state stays `unloading`.
   * @param keepQueue a restart's events wait for the next instance; those of any other ending are discarded
   */
  async end({ keepQueue }: { readonly keepQueue: boolean }): Promise<void> {
    const { stopMs, cleanupMs, handleEventMs } = this.#host.settings.deadlines
    if (this.#state !== 'unloading') this.transition('unloading')
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
    if (!this.#instance || this.#state !== 'active') return false
    return updateConfig(this.#instance, config, { deadlines: this.#host.settings.deadlines, signal })
  }

  /** @throws PluginError `ILLEGAL_TRANSITION` when it is not active, and as `deliverMessage` does */
  async deliverMessage(message: PluginMessage): Promise<void> {
    await deliverMessage(this.#activeInstance(), message, this.#host.settings.deadlines)
  }

  /** What the plugin says of itself. @throws PluginError `ILLEGAL_TRANSITION`, `HOOK_FAILED`, `HOOK_TIMEOUT` */
  async status(): Promise<JsonValue> {
    return (await this.#activeInstance().call('status', undefined, { timeoutMs: 1_000 })) ?? null
  }

  /** @throws PluginError `DEAD_LETTER_NOT_FOUND`, `ILLEGAL_TRANSITION` */
  replay(letterId: string): number {
    this.events.checkLetter(letterId)
    this.#activeInstance()
    const { events } = this.events.takeLetter(letterId)
    this.events.replay(events)
    return events.length
  }

  tellShared(change: SharedChange): void {
    if (this.#state === 'active') this.#instance?.tellShared(change)
  }

  sampleUsage(): void {
    if (this.#instance) this.events.counters.usage = this.#instance.usage()
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
    if (this.#instance && this.#state === 'active') return this.#instance
    throw new PluginError('ILLEGAL_TRANSITION', `${this.id} is ${this.#state}, not active: start it first`, {
      id: this.id,
      state: this.#state,
    })
  }

  #createInstance(): Promise<InstanceHandle> {
    const { source, isolation, permissions, dataPath } = this
    const events: InstanceEvents = {
      onReceipt: (receipt) => this.#onReceipt(receipt),
      onTopics: (patterns) => this.#onTopics(patterns),
      onLog: (level, message, fields) => this.#log({ level, message, origin: 'plugin', fields }),
      onAsk: (method, args) => this.#host.answer(this, method, args),
      onCrash: (crash) => this.#onCrash(crash),
    }
    return createInstance({
      source,
      isolation,
      permissions,
      dataPath,
      events,
      ledger: this.#host.ledger,
      onOutput: (stream, line) =>
        this.#log({ level: stream === 'stderr' ? 'warn' : 'info', message: line, origin: stream }),
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
    if (receipt.limitReached && last && this.#state === 'active') this.#passErrorLimit(last.error)
  }

  /** Its thread has stopped by itself [EV2]; what is left is an orderly ending. */
  #passErrorLimit(last: ThrownInfo): void {
    const instance = this.#instance
    const errors = this.events.counters.errorCount
    const message = `Stopped after ${errors} errors; the last one: ${last.message}`
    const error = new PluginError('ERROR_LIMIT', message, { errors, error: last })
    this.transition('unloading', error)
    this.events.mailbox.discard()
    void this.operations.run('error-limit', async () => {
      if (this.#instance !== instance) return
      await this.end({ keepQueue: false })
      this.transition('error', error)
    })
  }

  #onTopics(patterns: readonly string[]): void {
    this.#subscribes = compileTopicPatterns(patterns.filter(isTopicPattern))
    this.#host.receptionChanged()
  }

  #onCrash(crash: Crash): void {
    const error = crashed(crash)
    this.events.mailbox.close()
    this.events.settleDeath(crash.progress, crash.error ?? ownError('PLUGIN_CRASHED', crash.message))
    if (this.#state !== 'active') return
    this.#forgetInstance()
    this.events.mailbox.discard()
    this.transition('error', error)
  }

  #forgetInstance(): void {
    this.#instance = null
    this.config.setRunning(null)
    this.#subscribes = () => false
    this.events.counters.usage = null
  }
}
