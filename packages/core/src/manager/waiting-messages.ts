import { PluginError } from '../errors/plugin-error.ts'

/** Messages that one plugin may have got and not answered. */
const MAX_WAITING = 1_000
const MAX_WAITING_BYTES = 4 * 1_024 * 1_024

interface Waiting {
  count: number
  bytes: number
}

export interface WaitingMessagesOptions {
  readonly totalBytes: number
  /** Once each time, until it has answered half of them: further messages to this plugin are refused. */
  readonly onFull: (receiver: string, message: string) => void
}

/**
 * Counts the messages that plugins have got and not answered. A receiver that is slow refuses further ones: their
 * senders learn it, and it is not ended for what others send.
 */
export class WaitingMessages {
  readonly #options: WaitingMessagesOptions
  readonly #byReceiver = new Map<string, Waiting>()
  readonly #full = new Set<string>()
  #count = 0
  #bytes = 0

  constructor(options: WaitingMessagesOptions) {
    this.#options = options
  }

  /** How many wait over all plugins. Bytes are those of the messages' JSON. */
  get held(): { readonly count: number; readonly bytes: number } {
    return { count: this.#count, bytes: this.#bytes }
  }

  /** Adds a message; call what it returns when the message was answered. @throws PluginError `BUSY` */
  add(receiver: string, bytes: number): () => void {
    const waiting = this.#byReceiver.get(receiver) ?? { count: 0, bytes: 0 }
    if (waiting.count >= MAX_WAITING || waiting.bytes + bytes > MAX_WAITING_BYTES) {
      const { count } = waiting
      throw this.#refuse(
        receiver,
        `${receiver} has ${count} messages (${waiting.bytes} bytes) that it has not answered`,
      )
    }
    if (this.#bytes + bytes > this.#options.totalBytes) {
      throw this.#refuse(receiver, `messages of ${this.#bytes} bytes wait for plugins that have not answered`)
    }
    this.#byReceiver.set(receiver, waiting)
    this.#change(waiting, 1, bytes)
    return () => {
      this.#change(waiting, -1, -bytes)
      if (waiting.count === 0) this.#byReceiver.delete(receiver)
      if (waiting.count <= MAX_WAITING / 2 && waiting.bytes <= MAX_WAITING_BYTES / 2) this.#full.delete(receiver)
    }
  }

  #change(waiting: Waiting, count: number, bytes: number): void {
    waiting.count += count
    waiting.bytes += bytes
    this.#count += count
    this.#bytes += bytes
  }

  #refuse(receiver: string, reason: string): PluginError<'BUSY'> {
    const message = `${reason}: wait for some of them before you send more`
    if (!this.#full.has(receiver)) {
      this.#full.add(receiver)
      this.#options.onFull(receiver, `${reason}: further ones are refused`)
    }
    return new PluginError('BUSY', message, { id: receiver })
  }
}
