import {
  compileTopicPatterns,
  isTopicPattern,
  type Isolation,
  type JsonObject,
  type LogLevel,
  type Permission,
  type TopicMatcher,
} from '@plugboard/plugin-sdk'
import type { Redactor } from './config/redactor.ts'
import { createInstance, instanceSettings } from './create-instance.ts'
import type { Receipt } from './guest/message.ts'
import { betweenEvents } from './instance-calls.ts'
import type { CallOptions, InstanceEvents, InstanceHandle } from './instance-handle.ts'
import { callLast, type LastCallOutcome } from './last-call.ts'
import type { HookDeadlines } from './manager-options.ts'
import { isPluginError, type PluginError } from './plugin-error.ts'
import type { PluginFact } from './plugin-fact.ts'
import { crashError } from './plugin-failure.ts'
import type { PluginHost } from './plugin-host.ts'
import type { PluginSource } from './plugin-source.ts'
import type { Crash } from './runner/runner.ts'

/** Whose copy it is, and what it tells its owner. */
export interface RunOwner {
  readonly id: string
  readonly source: PluginSource
  readonly isolation: Isolation
  readonly permissions: readonly Permission[]
  readonly dataPath: string
  readonly deadlines: HookDeadlines
  readonly redactor: Redactor
  readonly onAsk: InstanceEvents['onAsk']
  readonly onReceipt: (receipt: Receipt) => void
  readonly onCrash: (crash: Crash, error: PluginError) => void
}

type LogFact = Extract<PluginFact, { type: 'log' }>

/** One running copy of a plugin [LC2], from its first hook to its last. */
export class PluginRun {
  readonly instance: InstanceHandle
  readonly #owner: RunOwner
  readonly #host: PluginHost
  #subscribes: TopicMatcher = () => false
  #isSilent = false

  private constructor(owner: RunOwner, host: PluginHost, makeInstance: (events: InstanceEvents) => InstanceHandle) {
    this.#owner = owner
    this.#host = host
    this.instance = makeInstance({
      onReceipt: owner.onReceipt,
      onTopics: (patterns) => this.#onTopics(patterns),
      onLog: (level, message, fields) => log(owner, host, { level, message, origin: 'plugin', fields }),
      onAsk: owner.onAsk,
      explain: (crash) => this.#explain(crash),
      onCrash: owner.onCrash,
      redact: (value) => owner.redactor.json(value),
    })
  }

  /** Makes one, not yet initialized. @throws as `createInstance` does */
  static async create(owner: RunOwner, host: PluginHost): Promise<PluginRun> {
    const { source, isolation, permissions, dataPath, redactor } = owner
    const makeInstance = await createInstance({
      source,
      isolation,
      permissions,
      dataPath,
      ledger: host.ledger,
      onOutput: (stream, line) => {
        const level = stream === 'stderr' ? 'warn' : 'info'
        log(owner, host, { level, message: redactor.text(line), origin: stream })
      },
    })
    return new PluginRun(owner, host, makeInstance)
  }

  /** It is active and has given no sign of life for 3 s or more. */
  get isSilent(): boolean {
    return this.#isSilent
  }

  /** One of its own subscriptions matches. */
  subscribesTo(topic: string): boolean {
    return this.#subscribes(topic)
  }

  /** `initialize`, then `start`; where that throws, `cleanup` still gets its call. @throws PluginError of the hook */
  async start(config: JsonObject, signal: AbortSignal): Promise<void> {
    const { source, dataPath, deadlines } = this.#owner
    const { vmInstanceId, settings } = this.#host
    const given = instanceSettings(source, { config, dataPath, vmInstanceId }, { ...settings, deadlines })
    await this.instance.call('initialize', given, { timeoutMs: deadlines.initializeMs, signal })
    try {
      await this.instance.call('start', undefined, { timeoutMs: deadlines.startMs, signal })
    } catch (thrown) {
      if (isPluginError(thrown, 'HOOK_FAILED')) await this.cleanUp()
      throw thrown
    }
  }

  /** `stop`: begins no further event; answered means that each event before it is accounted for. */
  stop(): Promise<LastCallOutcome> {
    const { deadlines } = this.#owner
    return this.#callLast('stop', betweenEvents(deadlines.stopMs, deadlines))
  }

  async cleanUp(): Promise<void> {
    await this.#callLast('cleanup', { timeoutMs: this.#owner.deadlines.cleanupMs })
  }

  /** Tells when an active plugin falls silent, and when it answers again. */
  noteSilence(isSilent: boolean): void {
    if (isSilent === this.#isSilent) return
    this.#isSilent = isSilent
    this.#host.announce({ type: 'responsiveness', id: this.#owner.id, at: Date.now(), responsive: !isSilent })
    this.#warn(isSilent ? 'It has not answered for 3 s; at 5 s it is ended.' : 'It answers again.')
  }

  #callLast(method: 'stop' | 'cleanup', options: CallOptions): Promise<LastCallOutcome> {
    return callLast(this.instance, method, { ...options, report: (message) => this.#warn(message) })
  }

  #onTopics(patterns: readonly string[]): void {
    this.#subscribes = compileTopicPatterns(patterns.filter(isTopicPattern))
    this.#host.receptionChanged()
  }

  #explain(crash: Crash): PluginError {
    const { id, source, redactor } = this.#owner
    const { folder } = source
    const evidence = this.#host.evidence.of(crash, { id, folder })
    const [message, output] = [redactor.text(crash.message), redactor.text(crash.output)]
    return crashError({ ...crash, message, output, error: redactor.json(crash.error) }, { evidence, folder })
  }

  #warn(message: string): void {
    log(this.#owner, this.#host, { level: 'warn', message, origin: 'runtime' })
  }
}

function log(
  { id }: RunOwner,
  { announce }: PluginHost,
  entry: { level: LogLevel; message: string; origin: LogFact['origin']; fields?: JsonObject | undefined },
): void {
  announce({ type: 'log', id, at: Date.now(), fields: undefined, ...entry })
}
