import {
  compileTopicPatterns,
  isTopicPattern,
  type EventOrigin,
  type Isolation,
  type JsonObject,
  type JsonValue,
  type Permission,
  type PluginEvent,
  type PluginMessage,
  type SharedChange,
  type TopicMatcher,
} from '@plugboard/plugin-sdk'
import type { Readable } from 'node:stream'
import type { InstanceCounters } from '../accounting/instance-counters.ts'
import { Window } from '../accounting/window.ts'
import type { Release } from '../catalog/release.ts'
import type { Redactor } from '../config/redactor.ts'
import type { Crash } from '../errors/crash.ts'
import { isPluginError, PluginError } from '../errors/plugin-error.ts'
import type { AcceptedEvent } from '../events/accepted-event.ts'
import {
  LOG_BURST,
  LOG_CHARACTERS,
  LOGS_PER_SECOND,
  MAX_STATE_BYTES,
  type AskMethod,
  type ConfigMigration,
  type ExportedState,
  type InstanceSettings,
  type LeftState,
  type Publication,
  type PublicationReceipt,
  type Receipt,
  type ThreadMessage,
  type TraceReport,
} from '../guest-protocol/message.ts'
import type { Progress } from '../guest-protocol/progress.ts'
import type { ThrownInfo } from '../guest-protocol/thrown.ts'
import type { Environment } from '../runner/environment.ts'
import { SpawnRefused } from '../runner/guest-process.ts'
import type { RunnerSpec } from '../runner/prepare-runner.ts'
import type { RecordingRequest } from '../runner/recordings.ts'
import type { InstanceUsage, Runner, RunnerCallbacks } from '../runner/runner.ts'
import type { StateFile } from '../runner/state-file.ts'
import type { CrashReporter } from '../supervision/crash-reporter.ts'
import { clock } from '../util/clock.ts'
import { isJsonObject } from '../util/json-object.ts'
import { RateLimit } from '../util/rate-limit.ts'
import { EXTRA_MS, HookCalls, type CallOptions } from './hook-calls.ts'
import type { HookDeadlines } from './hook-deadlines.ts'
import { canBecome, type InstanceState } from './instance-state.ts'
import type { LogEntry } from './log-entry.ts'
import { Refusals } from './refusals.ts'
import { SharedFeed } from './shared-feed.ts'

/** What all instances need of their host. */
export interface InstanceHost {
  readonly node: string
  readonly vmInstanceId: string
  readonly errorLimit: number
  readonly quietMs: number
  readonly prepareRunner: (spec: RunnerSpec) => Promise<(callbacks: RunnerCallbacks) => Runner>
  readonly reporter: CrashReporter
  /** Publishes what an instance publishes. */
  readonly publish: (instance: Instance, publication: Publication) => PublicationReceipt
  /** Answers what an instance asks of its host. @throws PluginError with the code that the plugin sees */
  readonly answer: (
    instance: Instance,
    method: AskMethod,
    args: readonly unknown[],
  ) => Promise<JsonValue | undefined> | JsonValue | undefined
}

/** How long each step of handing over a state may take: meanwhile no event is handled. */
const STATE_MS = 2_000
/** Changes of its subscriptions that take effect at once. */
const FAILURES_PER_SECOND = 20
const FAILURE_BURST = 500
const TOPIC_CHANGES_PER_SECOND = 100
const REFUSED_BY_GUEST = 'invalid, too large, or too many were waiting for the host'

/** How an instance reports to its plugin. Each call names the instance. */
export interface InstanceListener {
  readonly onReceipt: (instance: Instance, receipt: Receipt) => void
  readonly onTraced: (instance: Instance, report: TraceReport) => void
  readonly onTopics: (instance: Instance) => void
  /** So many of its publications were refused. */
  readonly onRefused: (instance: Instance, count: number) => void
  /** It gives up an event that it had handled. */
  readonly onGivenUp: (instance: Instance, event: PluginEvent, error: ThrownInfo) => void
  readonly onLog: (instance: Instance, entry: LogEntry) => void
  /** So many of its log entries were dropped. */
  readonly onLogsDropped: (instance: Instance, count: number) => void
  /** It has fallen silent, or answers again. */
  readonly onSilence: (instance: Instance, isSilent: boolean) => void
  /** The instance crashed, in any state. */
  readonly onCrash: (instance: Instance, progress: Progress | null, error: PluginError) => void
}

export interface InstanceOptions {
  readonly id: string
  readonly pluginId: string
  readonly release: Release
  readonly isolation: Isolation
  readonly dataPath: string
  readonly env: Environment
  /** Of the plugin. */
  readonly stateFile: StateFile
  readonly deadlines: HookDeadlines
  readonly counters: InstanceCounters
  /** Knows the plugin's secrets. */
  readonly redactor: Redactor
  /** How often the plugin may ask its host for anything, over all its instances. */
  readonly requestLimit: () => RateLimit
  /** The ids of the events that the instance publishes begin with this prefix. */
  readonly eventIdPrefix: string
}

/** `silent`: its thread did not answer at all. `gone`: it was dead already. */
export type StopOutcome = 'answered' | 'silent' | 'gone'

/** One running copy of a plugin [LC2.a], from its first hook to its last. Two of one plugin may be alive at once. */
export class Instance {
  readonly id: string
  readonly pluginId: string
  readonly release: Release
  readonly counters: InstanceCounters
  readonly window: Window
  readonly redactor: Redactor
  /** Where its events come from, as the bus knows it. */
  readonly origin: EventOrigin
  #published = 0
  #degraded: string | null = null
  readonly #options: InstanceOptions
  readonly #host: InstanceHost
  readonly #listener: InstanceListener
  readonly #calls: HookCalls
  readonly #shared: SharedFeed
  #state: InstanceState = { name: 'starting' }
  /** Null until it was prepared. */
  #runner: Runner | null = null
  #subscribes: TopicMatcher = () => false
  /** Its subscriptions, where they have changed and are not taken up yet. */
  #patterns: readonly string[] | null = null
  readonly #topicLimit = new RateLimit(TOPIC_CHANGES_PER_SECOND, clock.now())
  readonly #logLimit = new RateLimit(LOGS_PER_SECOND, clock.now(), LOG_BURST)
  readonly #failureLimit = new RateLimit(FAILURES_PER_SECOND, clock.now(), FAILURE_BURST)
  readonly #refusals = new Refusals()

  constructor(options: InstanceOptions, host: InstanceHost, listener: InstanceListener) {
    this.id = options.id
    this.pluginId = options.pluginId
    this.release = options.release
    this.counters = options.counters
    this.redactor = options.redactor
    this.origin = Object.freeze({ node: host.node, plugin: options.pluginId })
    this.#options = options
    this.#host = host
    this.#listener = listener
    this.#shared = new SharedFeed((changes) => this.#runner?.send({ kind: 'shared', changes }))
    this.#calls = new HookCalls(this.pluginId, (message) => this.#runner?.send(message))
    this.window = new Window({
      encodes: options.isolation === 'process',
      sendBatch: (events: readonly AcceptedEvent[]) => this.#runner?.sendBatch(events),
    })
  }

  get state(): InstanceState {
    return this.#state
  }

  get requestLimit(): RateLimit {
    return this.#options.requestLimit()
  }

  get permissions(): readonly Permission[] {
    return this.release.metadata.permissions
  }

  /** Why it says that it is degraded; null: it does not. */
  get degraded(): string | null {
    return this.#degraded
  }

  get pid(): number | null {
    return this.#runner?.pid ?? null
  }

  /** Matches the topics that it has subscribed to itself. */
  get subscribes(): TopicMatcher {
    return this.#subscribes
  }

  /**
   * The first part of a start: imports the plugin and calls `initialize`; `begin` follows.
   * @throws PluginError of the hook, of the crash, or `ABORTED`; SyntaxError where its TypeScript cannot be stripped
   */
  async prepare(config: JsonObject, signal: AbortSignal): Promise<void> {
    await this.launch(signal)
    await this.initialize(config, signal)
  }

  /** Makes what it runs in. @throws PluginError `ABORTED`, `INTERNAL`; SyntaxError where its TypeScript cannot be stripped */
  async launch(signal: AbortSignal): Promise<void> {
    const { pluginId, release, permissions } = this
    const { isolation, dataPath, env, stateFile } = this.#options
    const spec = { pluginId, release, isolation, permissions, dataPath, env, stateFile }
    const makeRunner = await this.#host.prepareRunner(spec)
    signal.throwIfAborted()
    try {
      this.#runner = makeRunner({
        onMessage: (message) => this.#receive(message),
        onCrash: (crash) => this.#onCrash(crash),
        onOutput: (stream, line) => this.#onOutput(stream, line),
      })
    } catch (thrown) {
      throw thrown instanceof SpawnRefused ? await thrown.reason : thrown
    }
  }

  /** Imports the plugin, and makes its config of that of another version. @returns null where it has no `migrateConfig` @throws PluginError as `prepare` does */
  async migrateConfig(migration: ConfigMigration, signal: AbortSignal): Promise<JsonObject | null> {
    const timeoutMs = this.#options.deadlines.initializeMs
    const migrated = await this.#calls.call('migrateConfig', migration, { timeoutMs, signal })
    return isJsonObject(migrated) ? migrated : null
  }

  /** Imports the plugin, and calls `initialize`. @throws PluginError as `prepare` does */
  async initialize(config: JsonObject, signal: AbortSignal): Promise<void> {
    const timeoutMs = this.#options.deadlines.initializeMs
    await this.#calls.call('initialize', this.#settings(config), { timeoutMs, signal })
  }

  /** The second part, also of one that stands by: calls `start`, and becomes active. If that throws, calls `cleanup`. @throws as `prepare` does */
  async begin(signal: AbortSignal): Promise<void> {
    try {
      await this.#calls.call('start', undefined, { timeoutMs: this.#options.deadlines.startMs, signal })
    } catch (thrown) {
      if (isPluginError(thrown, 'HOOK_FAILED')) await this.cleanUp()
      // It is not started twice.
      this.halt()
      throw thrown
    }
    // All of them, however many they were: from here on it hears what it subscribed to.
    this.#followTopics()
    this.#become({ name: 'active', isSilent: false })
  }

  /** Marks it as stopping: `stop` is about to be called, or its thread has passed the error limit. */
  halt(): void {
    this.#become({ name: 'stopping' })
  }

  /** Calls `stop`. `answered` means: each event before it is accounted for, and those still in flight were not begun. */
  stop(): Promise<StopOutcome> {
    this.halt()
    return this.#callLast('stop', this.#betweenEvents(this.#options.deadlines.stopMs))
  }

  /** Calls `stop`, and keeps it alive: it can be started again. @returns whether it stands by */
  async standBy(): Promise<boolean> {
    const outcome = await this.stop()
    if (outcome === 'answered') this.#become({ name: 'standby' })
    return this.#state.name === 'standby'
  }

  /**
   * Lets it finish the event in hand and begin no other, and leave its state in the plugin's file for it. What is left in
   * flight was not begun.
   * @throws PluginError of the hook or of the crash, `TOO_LARGE`, `INTERNAL`
   */
  async exportState(signal: AbortSignal): Promise<ExportedState> {
    const { stateFile } = this.#options
    stateFile.clear()
    const answer = await this.#calls.call('exportState', undefined, { ...this.#betweenEvents(STATE_MS), signal })
    return parseExported(answer, stateFile.bytes)
  }

  /** Takes the state in that file. @returns false where the plugin takes none @throws PluginError of the hook or of the crash */
  async importState(state: LeftState, signal: AbortSignal): Promise<boolean> {
    return (await this.#calls.call('importState', state, { timeoutMs: STATE_MS, signal })) === true
  }

  /** Goes on handling events after an export. @throws PluginError of the crash */
  async resume(): Promise<void> {
    await this.#calls.call('resume', undefined, this.#betweenEvents(STATE_MS))
  }

  async cleanUp(): Promise<void> {
    await this.#callLast('cleanup', { timeoutMs: this.#options.deadlines.cleanupMs })
  }

  /** Ends it at once, without hooks; resolves when nothing of it is alive. */
  async kill(): Promise<void> {
    this.#become({ name: 'ended' })
    this.#calls.close(new PluginError('ABORTED', `${this.pluginId} was stopped`, { id: this.pluginId }))
    await this.#runner?.end()
  }

  /**
   * Hands it a checked config between two events.
   * @returns whether the config is in force now; false where the plugin takes it at its next start
   * @throws PluginError `CONFIG_REJECTED` when the plugin threw, `HOOK_TIMEOUT`, `ABORTED`, `PLUGIN_CRASHED`
   */
  async updateConfig(config: JsonObject, signal: AbortSignal): Promise<boolean> {
    try {
      const options = this.#betweenEvents(this.#options.deadlines.updateConfigMs)
      return (await this.#calls.call('updateConfig', config, { ...options, signal })) === true
    } catch (thrown) {
      // If the thread never answered, it is unknown which config it uses.
      if (isPluginError(thrown, 'HOOK_TIMEOUT') && !thrown.details.answered) this.violate('no answer to updateConfig')
      if (!isPluginError(thrown, 'HOOK_FAILED')) throw thrown
      const { id, error } = thrown.details
      throw new PluginError('CONFIG_REJECTED', `${id} refused its config: ${error.message}`, { error }).causedBy(thrown)
    }
  }

  /** @throws PluginError `MESSAGE_FAILED`, `HOOK_TIMEOUT`, `ABORTED`, `PLUGIN_CRASHED` */
  async deliverMessage(message: PluginMessage): Promise<void> {
    try {
      await this.#calls.call('receiveMessage', message, this.#betweenEvents(this.#options.deadlines.handleEventMs))
    } catch (thrown) {
      if (!isPluginError(thrown, 'HOOK_FAILED')) throw thrown
      const { id, error } = thrown.details
      throw new PluginError('MESSAGE_FAILED', `${id} failed on a message: ${error.message}`, { error }).causedBy(thrown)
    }
  }

  /** @throws PluginError `HOOK_FAILED`, `HOOK_TIMEOUT`, `ABORTED`, `PLUGIN_CRASHED` */
  async status(): Promise<JsonValue> {
    return (await this.#calls.call('status', undefined, { timeoutMs: 1_000 })) ?? null
  }

  /** @throws PluginError `RECORDING_FAILED` inline */
  record(request: RecordingRequest): Readable {
    return this.#runner!.record(request)
  }

  tellShared(change: SharedChange): void {
    this.#shared.tell(change)
  }

  /** The id of its next publication. The guest counts in the same way, so that both know the same id. */
  nextEventId(): string {
    return this.#options.eventIdPrefix + (this.#published++).toString(36)
  }

  /** Called twice a second: checks the usage and the responsiveness of the guest. @param now milliseconds of a monotonic clock */
  inspect(now: number): void {
    if (!this.#runner || this.#state.name === 'ended') return
    const usage: InstanceUsage | null = this.#runner.inspect(now)
    this.counters.use(usage)
    this.#followTopics()
    this.#tellRefusals(now)
    const { isSilent } = this.#runner
    if (this.#state.name !== 'active' || this.#state.isSilent === isSilent) return
    this.#become({ name: 'active', isSilent })
    this.#listener.onSilence(this, isSilent)
  }

  /** Ends an instance that breaks the protocol or whose counts are wrong. This is a crash. */
  violate(reason: string): void {
    this.#runner?.violate(reason)
  }

  #become(state: InstanceState): void {
    if (!canBecome(this.#state, state)) return
    this.#state = state
    if (state.name !== 'ended') return
    this.counters.use(null)
    this.#tellRefusals(Infinity)
  }

  #receive(message: ThreadMessage): void {
    if (this.#state.name === 'ended') return
    const { redactor } = this
    switch (message.kind) {
      case 'receipt': {
        const { failures } = message
        const receipt = failures.length === 0 ? message : { ...message, failures: redactor.json(failures) }
        return this.#listener.onReceipt(this, receipt)
      }
      case 'publish': {
        const receipt = this.#host.publish(this, message)
        for (const { code, message: why } of receipt.refused) this.#refusals.add('publications', `${why} (${code})`)
        if (message.refused > 0) this.#refusals.add('publications', REFUSED_BY_GUEST, message.refused)
        const refused = receipt.refused.length + message.refused
        if (refused > 0) this.#listener.onRefused(this, refused)
        return this.#runner!.send(receipt)
      }
      case 'traced':
        return this.#listener.onTraced(this, message)
      case 'topics':
        this.#patterns = message.patterns
        // Each change costs the bus its routes: beyond so many a second they are taken up twice a second.
        if (this.#topicLimit.take(clock.now())) this.#followTopics()
        return
      case 'health':
        this.#degraded = message.isDegraded ? redactor.text(message.message) : null
        return
      case 'dead-letter':
        if (!this.requestLimit.take(clock.now())) return this.#listener.onRefused(this, 1)
        return this.#listener.onGivenUp(this, message.event, redactor.json(message.error))
      case 'shared-listen':
        return this.#shared.listen(message.isListening)
      case 'shared-taken':
        return this.#shared.taken()
      case 'logs-dropped':
        return this.#dropLogs(message.count)
      case 'log': {
        const { level, fields } = message
        if (!this.#takeLog(message.message.length + (fields ? JSON.stringify(fields).length : 0))) return
        const said = { level, message: redactor.text(message.message), fields: redactor.json(fields) }
        return this.#listener.onLog(this, { ...said, origin: 'plugin' })
      }
      case 'ask':
        return void this.#answer(message)
      case 'reply':
        return this.#calls.settle(message, redactor)
    }
  }

  async #answer({ id, method, arguments: args }: Extract<ThreadMessage, { kind: 'ask' }>): Promise<void> {
    try {
      const value = await this.#host.answer(this, method, args)
      if (this.#state.name !== 'ended') this.#runner?.send({ kind: 'answer', id, ok: true, value })
    } catch (thrown) {
      const { code, message } = PluginError.from(thrown)
      if (code === 'RATE_LIMITED' || code === 'BUSY') this.#listener.onRefused(this, 1)
      if (this.#state.name !== 'ended') this.#runner?.send({ kind: 'answer', id, ok: false, code, message })
    }
  }

  #followTopics(): void {
    if (this.#patterns === null) return
    this.#subscribes = compileTopicPatterns(this.#patterns.filter(isTopicPattern))
    this.#patterns = null
    this.#listener.onTopics(this)
  }

  /** Whether a log entry may pass, which counts as several where it is long; the host protects itself from a guest that does not count. */
  #takeLog(characters: number): boolean {
    const weight = Math.ceil((characters + 1) / LOG_CHARACTERS)
    if (this.#logLimit.takeUpTo(weight, clock.now()) === weight) return true
    this.#dropLogs(1)
    return false
  }

  /** Whether one more line about a failure may be logged: others can make it fail, and must not fill its log. */
  mayLogFailure(): boolean {
    if (this.#failureLimit.take(clock.now())) return true
    this.#refusals.add('lines about failures', `more than ${FAILURES_PER_SECOND} a second, or ${FAILURE_BURST} at once`)
    this.#listener.onLogsDropped(this, 1)
    return false
  }

  #dropLogs(count: number): void {
    this.#refusals.add('log entries', `more than ${LOGS_PER_SECOND} a second, or ${LOG_BURST} at once`, count)
    this.#listener.onLogsDropped(this, count)
  }

  #tellRefusals(now: number): void {
    for (const message of this.#refusals.take(now))
      this.#listener.onLog(this, { level: 'warn', message, fields: undefined, origin: 'runtime' })
  }

  #onOutput(stream: 'stdout' | 'stderr', line: string): void {
    if (!this.#takeLog(line.length)) return
    const level = stream === 'stderr' ? 'warn' : 'info'
    const message = this.redactor.text(line)
    this.#listener.onLog(this, { level, message, fields: undefined, origin: stream })
  }

  #onCrash(crash: Crash): void {
    if (this.#state.name === 'ended') return
    const error = this.#explain(crash)
    if (crash.cutOutputBytes > 0) {
      const message = `The end of its output is cut: up to ${crash.cutOutputBytes} bytes were not read before its end.`
      this.#listener.onLog(this, { level: 'warn', message, fields: undefined, origin: 'runtime' })
    }
    this.#become({ name: 'ended' })
    this.#calls.close(error)
    this.#listener.onCrash(this, crash.progress, error)
  }

  /** Evidence comes from a process that may lie. Even if the evidence cannot be used, the crash must be handled. */
  #explain(crash: Crash): PluginError {
    const { pluginId: id, redactor } = this
    const { folder } = this.release
    try {
      const [message, output] = [redactor.text(crash.message), redactor.text(crash.output)]
      return this.#host.reporter.errorOf(
        { ...crash, message, output, error: redactor.json(crash.error) },
        { id, folder },
      )
    } catch (thrown) {
      return new PluginError('INTERNAL', redactor.text(crash.message), null).causedBy(thrown)
    }
  }

  /** Calls one of the last two hooks: what it throws is reported, and stops nothing. */
  async #callLast(method: 'stop' | 'cleanup', options: CallOptions): Promise<StopOutcome> {
    try {
      await this.#calls.call(method, undefined, options)
      return 'answered'
    } catch (thrown) {
      const error = PluginError.from(thrown)
      const message = `${error.message}; the plugin is stopped anyway`
      this.#listener.onLog(this, { level: 'warn', message, fields: undefined, origin: 'runtime' })
      if (isPluginError(error, 'HOOK_FAILED')) return 'answered'
      if (isPluginError(error, 'HOOK_TIMEOUT')) return error.details.answered ? 'answered' : 'silent'
      return 'gone'
    }
  }

  /** For calls between two events: the host also waits for the event in hand, and `EXTRA_MS` for the answer. */
  #betweenEvents(timeoutMs: number): CallOptions {
    return { timeoutMs, extraMs: this.#options.deadlines.handleEventMs + EXTRA_MS }
  }

  #settings(config: JsonObject): InstanceSettings {
    const { vmInstanceId, errorLimit, quietMs } = this.#host
    const { dataPath, deadlines } = this.#options
    return {
      id: this.pluginId,
      vmInstanceId,
      config,
      dataPath,
      events: this.release.metadata.events,
      errorLimit,
      quietMs: Number.isFinite(quietMs) ? quietMs : null,
      handlerTimeoutMs: deadlines.handleEventMs,
      eventIdPrefix: this.#options.eventIdPrefix,
    }
  }
}

/** What a guest says of the state that it has left. @throws PluginError `INTERNAL` where that is not what is in the file */
function parseExported(answer: JsonValue | undefined, left: number): ExportedState {
  const { stateVersion, bytes } = (answer ?? {}) as {
    readonly stateVersion?: unknown
    readonly bytes?: unknown
  }
  const isWhole = (bytes === left && left <= MAX_STATE_BYTES) || (bytes === null && left === 0)
  if (!isWhole) throw new PluginError('INTERNAL', 'the state that it left is not what it said', null)
  return { stateVersion: Number.isSafeInteger(stateVersion) ? (stateVersion as number) : 1, bytes }
}
