import { Readable } from 'node:stream'
import type { GuardianOrder, StreamPart } from '../guest-protocol/message.ts'
import { PluginError } from '../errors/plugin-error.ts'

/**
 * A guardian answers within about 70 s. If no answer comes in this time, the order did not reach it: the plugin may
 * have read the order from the channel.
 */
const ANSWER_MS = 90_000

export type RecordingRequest =
  | { readonly kind: 'profile'; readonly of: 'cpu' | 'heap'; readonly durationMs: number }
  | { readonly kind: 'heap-snapshot' }

/** Profiles and snapshots that are being taken in one guest, each a stream that is sent no faster than it is read. */
export class Recordings {
  readonly #id: string
  readonly #order: (order: GuardianOrder) => void
  readonly #open = new Map<number, Readable>()
  readonly #overdue = new Map<number, NodeJS.Timeout>()
  #snapshots = 0
  #nextId = 1
  #over: string | null = null

  /** @param id the plugin's */
  constructor(id: string, order: (order: GuardianOrder) => void) {
    this.#id = id
    this.#order = order
  }

  /** A heap snapshot is being taken: its thread stands still, and its memory is not all its own. */
  get isSnapshotting(): boolean {
    return this.#snapshots > 0
  }

  /** The text of a recording; fails with `RECORDING_FAILED` when the thread does not answer or the guest ends first. */
  start(request: RecordingRequest): Readable {
    const id = this.#nextId++
    const isSnapshot = request.kind === 'heap-snapshot'
    const stream = new Readable({
      encoding: 'utf8',
      read: () => this.#pull(id),
      destroy: (error, callback) => {
        if (isSnapshot) this.#snapshots -= 1
        this.#answered(id)
        if (this.#open.delete(id)) this.#order({ kind: 'cancel', id })
        callback(error)
      },
    })
    if (isSnapshot) this.#snapshots += 1
    // A reader gets the error. An error of a stream without a reader must not end the host.
    stream.on('error', () => {})
    if (this.#over !== null) stream.destroy(this.#failed(this.#over))
    else {
      this.#order({ ...request, id })
      this.#open.set(id, stream)
    }
    return stream
  }

  take(part: StreamPart): void {
    const stream = this.#open.get(part.id)
    if (!stream) return
    this.#answered(part.id)
    if (part.kind === 'chunk') return void stream.push(part.text)
    this.#open.delete(part.id)
    if (part.error === null) stream.push(null)
    else stream.destroy(this.#failed(part.error))
  }

  #pull(id: number): void {
    this.#order({ kind: 'pull', id })
    const late = (): void => void this.#open.get(id)?.destroy(this.#failed('its guardian does not answer'))
    this.#overdue.set(id, setTimeout(late, ANSWER_MS).unref())
  }

  #answered(id: number): void {
    clearTimeout(this.#overdue.get(id))
    this.#overdue.delete(id)
  }

  /** The guest has ended: all recordings fail. */
  fail(reason: string): void {
    this.#over ??= reason
    const open = [...this.#open.values()]
    this.#open.clear()
    for (const stream of open) stream.destroy(this.#failed(reason))
  }

  #failed(reason: string): PluginError<'RECORDING_FAILED'> {
    return new PluginError('RECORDING_FAILED', `${this.#id} could not be recorded: ${reason}`, { id: this.#id })
  }
}
