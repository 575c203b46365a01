import { Readable } from 'node:stream'
import type { GuardianOrder, StreamPart } from '../guest/message.ts'

export type RecordingRequest =
  | { readonly kind: 'profile'; readonly of: 'cpu' | 'heap'; readonly durationMs: number }
  | { readonly kind: 'heap-snapshot' }

/** Profiles and snapshots that are being taken in one guest, each a stream that is sent no faster than it is read. */
export class Recordings {
  readonly #order: (order: GuardianOrder) => void
  readonly #open = new Map<number, Readable>()
  #nextId = 1

  constructor(order: (order: GuardianOrder) => void) {
    this.#order = order
  }

  /** The text of a recording; fails with an Error when the thread does not answer or the guest ends first. */
  start(request: RecordingRequest): Readable {
    const id = this.#nextId++
    this.#order({ ...request, id })
    const stream = new Readable({
      encoding: 'utf8',
      read: () => this.#order({ kind: 'pull', id }),
      destroy: (error, callback) => {
        if (this.#open.delete(id)) this.#order({ kind: 'cancel', id })
        callback(error)
      },
    })
    this.#open.set(id, stream)
    return stream
  }

  take(part: StreamPart): void {
    const stream = this.#open.get(part.id)
    if (!stream) return
    if (part.kind === 'chunk') return void stream.push(part.text)
    this.#open.delete(part.id)
    if (part.error === null) stream.push(null)
    else stream.destroy(new Error(part.error))
  }

  /** The guest has gone. */
  fail(reason: string): void {
    const open = [...this.#open.values()]
    this.#open.clear()
    for (const stream of open) stream.destroy(new Error(reason))
  }
}
