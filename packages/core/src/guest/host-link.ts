import type { JsonValue } from '@plugboard/plugin-sdk'
import type { AskMethod, HostMessage, ThreadMessage } from '../guest-protocol/message.ts'

/** An answer of the host that says no. It reaches plugin code, which branches on `code`. */
export class HostRefusal extends Error {
  override readonly name = 'PluginError'
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

interface Waiting {
  readonly method: AskMethod
  readonly args: readonly unknown[]
  readonly resolve: (value: JsonValue | undefined) => void
  readonly reject: (error: Error) => void
}

/** Asks the host and matches its answers. */
export class HostLink {
  readonly #send: (message: ThreadMessage) => void
  readonly #waiting = new Map<number, Waiting>()
  #nextId = 1

  constructor(send: (message: ThreadMessage) => void) {
    this.#send = send
  }

  /** What has not been answered for the longest time. */
  get oldest(): { readonly method: AskMethod; readonly args: readonly unknown[] } | undefined {
    return this.#waiting.values().next().value
  }

  /** @throws HostRefusal */
  ask(method: AskMethod, ...args: readonly unknown[]): Promise<JsonValue | undefined> {
    const id = this.#nextId++
    return new Promise((resolve, reject) => {
      this.#send({ kind: 'ask', id, method, arguments: args })
      this.#waiting.set(id, { method, args, resolve, reject })
    })
  }

  settle(answer: Extract<HostMessage, { kind: 'answer' }>): void {
    const waiting = this.#waiting.get(answer.id)
    if (!waiting) return
    this.#waiting.delete(answer.id)
    if (answer.ok) waiting.resolve(answer.value)
    else waiting.reject(new HostRefusal(answer.code, answer.message))
  }
}
