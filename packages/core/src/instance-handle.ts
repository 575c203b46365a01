import type { JsonObject, JsonValue, LogLevel, SharedChange } from '@plugboard/plugin-sdk'
import type { AcceptedEvent } from './events/accepted-event.ts'
import { MAX_TIMER_MS } from './manager-options.ts'
import type { AskMethod, CallMethod, Receipt, ThreadMessage } from './guest/message.ts'
import { PluginError } from './plugin-error.ts'
import type { Readable } from 'node:stream'
import type { RecordingRequest } from './runner/recordings.ts'
import type { Crash, InstanceUsage, Runner, RunnerOptions } from './runner/runner.ts'

export interface InstanceEvents {
  readonly onReceipt: (receipt: Receipt) => void
  readonly onTopics: (patterns: readonly string[]) => void
  readonly onLog: (level: LogLevel, message: string, fields: JsonObject | undefined) => void
  readonly onAsk: (
    method: AskMethod,
    args: readonly unknown[],
  ) => Promise<JsonValue | undefined> | JsonValue | undefined
  /** A crash as the error that it is; whoever waits for a call gets it too. */
  readonly explain: (crash: Crash) => PluginError
  readonly onCrash: (crash: Crash, error: PluginError) => void
  /** Takes a plugin's secrets out of what it says. */
  readonly redact: <T>(value: T) => T
}

export interface CallOptions {
  readonly timeoutMs: number
  /** How much longer the host itself waits: for the event in hand, and for a thread that does not answer at all. */
  readonly graceMs?: number
  readonly signal?: AbortSignal
}

interface Call {
  readonly method: CallMethod
  readonly timeoutMs: number
  readonly resolve: (value: JsonValue | undefined) => void
  readonly reject: (error: PluginError) => void
}

/** A thread that does not answer at all is given up this long after the hook's own deadline. */
export const GRACE_MS = 500

/** The host's side of one running copy of a plugin: calls with deadlines, and answers to what it asks. */
export class InstanceHandle {
  readonly #id: string
  readonly #events: InstanceEvents
  readonly #runner: Runner
  readonly #calls = new Map<number, Call>()
  #nextCall = 1
  #over = false

  constructor(
    id: string,
    events: InstanceEvents,
    makeRunner: (wiring: Pick<RunnerOptions, 'onMessage' | 'onCrash'>) => Runner,
  ) {
    this.#id = id
    this.#events = events
    this.#runner = makeRunner({
      onMessage: (message) => this.#receive(message),
      onCrash: (crash) => {
        if (this.#over) return
        const error = explained(crash, events.explain)
        this.#close(error)
        events.onCrash(crash, error)
      },
    })
  }

  get pid(): number | null {
    return this.#runner.pid
  }

  get encodes(): boolean {
    return this.#runner.encodes
  }

  get isSilent(): boolean {
    return this.#runner.isSilent
  }

  /** As a runner's. */
  inspect(now: number): InstanceUsage | null {
    return this.#over ? null : this.#runner.inspect(now)
  }

  /** @throws PluginError `RECORDING_FAILED` inline */
  record(request: RecordingRequest): Readable {
    return this.#runner.record(request)
  }

  sendBatch(events: readonly AcceptedEvent[]): void {
    this.#runner.sendBatch(events)
  }

  tellShared(change: SharedChange): void {
    this.#runner.send({ kind: 'shared', change })
  }

  /**
   * Calls a hook.
   * @throws PluginError `HOOK_TIMEOUT`, `ABORTED`, `PLUGIN_CRASHED`, or `HOOK_FAILED` with what the hook threw
   */
  call(
    method: CallMethod,
    argument: unknown,
    { timeoutMs, graceMs = GRACE_MS, signal }: CallOptions,
  ): Promise<JsonValue | undefined> {
    const id = this.#nextCall++
    const { promise, resolve, reject } = Promise.withResolvers<JsonValue | undefined>()
    if (this.#over) reject(new PluginError('ABORTED', `${this.#id} has ended`, { id: this.#id }))
    else {
      const waitMs = Math.min(timeoutMs + graceMs, MAX_TIMER_MS)
      const timer = setTimeout(() => reject(this.#timeout(method, timeoutMs, { answered: false })), waitMs)
      const onAbort = (): void =>
        reject(new PluginError('ABORTED', `${method} of ${this.#id} was aborted`, { id: this.#id }))
      if (signal?.aborted) onAbort()
      else signal?.addEventListener('abort', onAbort, { once: true })
      promise
        .catch(() => {})
        .finally(() => {
          clearTimeout(timer)
          signal?.removeEventListener('abort', onAbort)
          this.#calls.delete(id)
        })
      this.#calls.set(id, { resolve, reject, method, timeoutMs })
      try {
        this.#runner.send({ kind: 'call', id, method, argument, timeoutMs })
      } catch (thrown) {
        reject(PluginError.from(thrown))
      }
    }
    return promise
  }

  /** The plugin lies about its accounts: its instance is not to be believed any further. */
  violate(reason: string): void {
    this.#runner.violate(reason)
  }

  /** Ends the instance; resolves when nothing of it is alive. */
  async end(): Promise<void> {
    this.#close(new PluginError('ABORTED', `${this.#id} was ended`, { id: this.#id }))
    await this.#runner.end()
  }

  #close(reason: PluginError): void {
    this.#over = true
    for (const call of [...this.#calls.values()]) call.reject(reason)
  }

  #receive(message: ThreadMessage): void {
    if (this.#over) return
    switch (message.kind) {
      case 'receipt':
        if (message.failures.length === 0) return this.#events.onReceipt(message)
        return this.#events.onReceipt({ ...message, failures: this.#events.redact(message.failures) })
      case 'topics':
        return this.#events.onTopics(message.patterns)
      case 'log':
        return this.#events.onLog(
          message.level,
          this.#events.redact(message.message),
          this.#events.redact(message.fields),
        )
      case 'ask':
        return void this.#answer(message.id, message.method, message.arguments)
      case 'reply': {
        const call = this.#calls.get(message.id)
        if (!call) return
        if (message.ok) call.resolve(this.#events.redact(message.value))
        else call.reject(this.#failure(call, { ...message, error: this.#events.redact(message.error) }))
      }
    }
  }

  async #answer(id: number, method: AskMethod, args: readonly unknown[]): Promise<void> {
    try {
      const value = await this.#events.onAsk(method, args)
      if (!this.#over) this.#runner.send({ kind: 'answer', id, ok: true, value })
    } catch (thrown) {
      const { code, message } = PluginError.from(thrown)
      if (!this.#over) this.#runner.send({ kind: 'answer', id, ok: false, code, message })
    }
  }

  /** What a hook threw is the plugin's own, whatever code it carries; only the instance itself says that it was interrupted. */
  #failure(
    { method, timeoutMs }: Call,
    { error, interrupted }: Extract<ThreadMessage, { kind: 'reply'; ok: false }>,
  ): PluginError {
    if (interrupted === 'timeout') return this.#timeout(method, timeoutMs, { answered: true })
    if (interrupted === 'abort')
      return new PluginError('ABORTED', `${method} of ${this.#id} was aborted`, { id: this.#id })
    return new PluginError('HOOK_FAILED', `${method} of ${this.#id} failed: ${error.message}`, {
      id: this.#id,
      hook: method,
      error,
    })
  }

  #timeout(hook: CallMethod, timeoutMs: number, { answered }: { readonly answered: boolean }): PluginError {
    const message = `${hook} of ${this.#id} did not finish within ${timeoutMs} ms`
    return new PluginError('HOOK_TIMEOUT', message, { id: this.#id, hook, timeoutMs, answered })
  }
}

/** Evidence comes from a process that may lie: whatever it holds, the crash itself has to be dealt with. */
function explained(crash: Crash, explain: InstanceEvents['explain']): PluginError {
  try {
    return explain(crash)
  } catch (thrown) {
    return new PluginError('INTERNAL', crash.message, null).causedBy(thrown)
  }
}
