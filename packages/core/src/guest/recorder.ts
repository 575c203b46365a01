import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Worker } from 'node:worker_threads'
import type { GuardianOrder, StreamPart } from '../guest-protocol/message.ts'
import { describeThrown } from '../guest-protocol/thrown.ts'
import { within } from '../util/within.ts'

type RecordingOrder = Extract<GuardianOrder, { kind: 'profile' | 'heap-snapshot' | 'pull' | 'cancel' }>

/** A thread that does not answer within that is inside native code. */
const ANSWER_MS = 5_000
/** A large heap takes long to be written down, and its thread answers after that. */
const SNAPSHOT_MS = 60_000
/** A piece is a frame: far below its limit, whatever its characters take when encoded. */
const CHUNK_CHARACTERS = 128 * 1_024

/** Takes profiles and heap snapshots of the plugin thread and hands them out piece by piece, each when it is asked for. */
export class Recorder {
  readonly #worker: Worker
  readonly #tell: (part: StreamPart) => void
  readonly #recordings = new Map<number, AsyncIterator<string>>()

  constructor(worker: Worker, tell: (part: StreamPart) => void) {
    this.#worker = worker
    this.#tell = tell
  }

  take(order: RecordingOrder): void {
    switch (order.kind) {
      case 'profile':
        this.#recordings.set(order.id, this.#profile(order.of, order.durationMs))
        return
      case 'heap-snapshot':
        this.#recordings.set(order.id, this.#snapshot())
        return
      case 'pull':
        return void this.#pull(order.id)
      case 'cancel':
        this.#recordings
          .get(order.id)
          ?.return?.(undefined)
          .catch(() => {})
        this.#recordings.delete(order.id)
    }
  }

  async #pull(id: number): Promise<void> {
    const recording = this.#recordings.get(id)
    if (!recording) return
    try {
      const { done, value } = await recording.next()
      if (!done) return this.#tell({ kind: 'chunk', id, text: value })
      this.#tell({ kind: 'chunks-end', id, error: null })
    } catch (thrown) {
      this.#tell({ kind: 'chunks-end', id, error: describeThrown(thrown).message })
    }
    this.#recordings.delete(id)
  }

  async *#profile(of: 'cpu' | 'heap', durationMs: number): AsyncGenerator<string, void> {
    const started = of === 'cpu' ? this.#worker.startCpuProfile() : this.#worker.startHeapProfile()
    const handle = answered(await within(started, ANSWER_MS))
    await sleep(durationMs)
    const text = answered(await within(handle.stop(), ANSWER_MS))
    yield* pieces(text)
  }

  async *#snapshot(): AsyncGenerator<string, void> {
    const stream: Readable = answered(await within(this.#worker.getHeapSnapshot(), SNAPSHOT_MS))
    stream.setEncoding('utf8')
    for await (const part of stream as AsyncIterable<string>) yield* pieces(part)
  }
}

function* pieces(text: string): Generator<string, void> {
  for (let at = 0; at < text.length; at += CHUNK_CHARACTERS) yield text.slice(at, at + CHUNK_CHARACTERS)
}

function answered<T>(value: T | null): T {
  if (value !== null) return value
  throw new Error('its thread does not answer: it is inside native code')
}
