import type { JsonValue } from '@plugboard/plugin-sdk'
import { PluginError } from '../errors/plugin-error.ts'
import type { Redactor } from '../config/redactor.ts'
import type { CallMethod, HostMessage, ThreadMessage } from '../guest-protocol/message.ts'
import { MAX_TIMER_MS } from '../util/timer.ts'

export interface CallOptions {
  readonly timeoutMs: number
  /**
   * How long the host waits beyond `timeoutMs`, so that the current event can finish and the thread's answer can
   * arrive.
   */
  readonly extraMs?: number
  readonly signal?: AbortSignal
}

interface Call {
  readonly method: CallMethod
  readonly timeoutMs: number
  readonly resolve: (value: JsonValue | undefined) => void
  readonly reject: (error: PluginError) => void
}

type Reply = Extract<ThreadMessage, { kind: 'reply' }>

/** A thread that does not answer at all is given up this long after the hook's own deadline. */
export const EXTRA_MS = 500

/** The hooks of one instance that were called and have not answered, each with its deadline. */
export class HookCalls {
  readonly #pluginId: string
  readonly #send: (message: Extract<HostMessage, { kind: 'call' }>) => void
  readonly #open = new Map<number, Call>()
  #nextId = 1
  /** Why nothing is called any more. */
  #closed: PluginError | null = null

  constructor(pluginId: string, send: (message: Extract<HostMessage, { kind: 'call' }>) => void) {
    this.#pluginId = pluginId
    this.#send = send
  }

  /** @throws PluginError `HOOK_TIMEOUT`, `ABORTED`, that of the crash, or `HOOK_FAILED` with what the hook threw */
  call(
    method: CallMethod,
    argument: unknown,
    { timeoutMs, extraMs = EXTRA_MS, signal }: CallOptions,
  ): Promise<JsonValue | undefined> {
    if (this.#closed) return Promise.reject(this.#closed)
    const id = this.#nextId++
    const { promise, resolve, reject } = Promise.withResolvers<JsonValue | undefined>()
    const waitMs = Math.min(timeoutMs + extraMs, MAX_TIMER_MS)
    const timer = setTimeout(() => reject(this.#timeout(method, timeoutMs, { answered: false })), waitMs)
    const onAbort = (): void => reject(this.#aborted(method))
    if (signal?.aborted) onAbort()
    else signal?.addEventListener('abort', onAbort, { once: true })
    promise
      .catch(() => {})
      .finally(() => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', onAbort)
        this.#open.delete(id)
      })
    this.#open.set(id, { resolve, reject, method, timeoutMs })
    try {
      this.#send({ kind: 'call', id, method, argument, timeoutMs })
    } catch (thrown) {
      reject(PluginError.from(thrown))
    }
    return promise
  }

  /** @param redactor knows the secrets that a reply must not show; a config that was migrated holds them on purpose */
  settle(reply: Reply, redactor: Redactor): void {
    const call = this.#open.get(reply.id)
    if (!call) return
    if (!reply.ok) return call.reject(this.#failure(call, redactor.json(reply)))
    call.resolve(call.method === 'migrateConfig' ? reply.value : redactor.json(reply.value))
  }

  /** Rejects what is open, and every later call. */
  close(reason: PluginError): void {
    this.#closed ??= reason
    for (const call of [...this.#open.values()]) call.reject(reason)
  }

  /**
   * An error that a hook threw becomes `HOOK_FAILED`, whatever its code. Only `interrupted`, which our code in the
   * guest sets, means a time-out or an abort.
   */
  #failure({ method, timeoutMs }: Call, { error, isImport, interrupted }: Extract<Reply, { ok: false }>): PluginError {
    const id = this.#pluginId
    if (interrupted === 'timeout') return this.#timeout(method, timeoutMs, { answered: true })
    if (interrupted === 'abort') return this.#aborted(method)
    const hook = isImport ? 'import' : method
    return new PluginError('HOOK_FAILED', `${hook} of ${id} failed: ${error.message}`, { id, hook, error })
  }

  #aborted(method: CallMethod): PluginError {
    const id = this.#pluginId
    return new PluginError('ABORTED', `${method} of ${id} was aborted`, { id })
  }

  #timeout(hook: CallMethod, timeoutMs: number, { answered }: { readonly answered: boolean }): PluginError {
    const id = this.#pluginId
    const message = `${hook} of ${id} did not finish within ${timeoutMs} ms`
    return new PluginError('HOOK_TIMEOUT', message, { id, hook, timeoutMs, answered })
  }
}
