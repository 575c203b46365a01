/** A frame's length field counts what follows it. */
export const LENGTH_BYTES = 4
/** From the host: a sequence number. */
export const SEQUENCE_BYTES = 4
/** From the guest: the cookie of the thread that speaks. */
export const COOKIE_BYTES = 8
export const MAX_FRAME_BYTES = 1_048_576

/** Checks what is known of a frame as soon as it is known: its length, and its head once that is there. */
export type HeadCheck = (length: number, head: Buffer | undefined) => string | null

/**
 * Cuts a byte stream into length-prefixed frames.
 *
 * `onFrame` gets everything behind the length field; the buffer is only valid during the call. A violation found by
 * `checkHead` ends the splitting: what follows is ignored.
 */
export class FrameSplitter {
  readonly #headBytes: number
  readonly #checkHead: HeadCheck
  readonly #onFrame: (frame: Buffer) => void
  readonly #onViolation: (reason: string) => void
  #pending: Buffer[] = []
  #pendingBytes = 0
  #needed = LENGTH_BYTES
  #violated = false

  constructor(options: {
    readonly headBytes: number
    readonly checkHead: HeadCheck
    readonly onFrame: (frame: Buffer) => void
    readonly onViolation: (reason: string) => void
  }) {
    this.#headBytes = options.headBytes
    this.#checkHead = options.checkHead
    this.#onFrame = options.onFrame
    this.#onViolation = options.onViolation
  }

  push(chunk: Buffer): void {
    this.#pending.push(chunk)
    this.#pendingBytes += chunk.length
    if (this.#violated || this.#pendingBytes < this.#needed) return

    const data = this.#pending.length === 1 ? chunk : Buffer.concat(this.#pending, this.#pendingBytes)
    const rest = this.#split(data)
    this.#pending = rest < data.length ? [data.subarray(rest)] : []
    this.#pendingBytes = data.length - rest
  }

  /** Returns where the first incomplete frame begins. */
  #split(data: Buffer): number {
    let at = 0
    this.#needed = LENGTH_BYTES
    while (!this.#violated && data.length - at >= LENGTH_BYTES) {
      const length = data.readUInt32LE(at)
      const start = at + LENGTH_BYTES
      const head = data.length - start >= this.#headBytes ? data.subarray(start, start + this.#headBytes) : undefined
      const reason = this.#checkHead(length, head)
      if (reason !== null) {
        this.#violated = true
        this.#onViolation(reason)
        break
      }
      const end = start + length
      if (end > data.length) {
        this.#needed = head ? end - at : LENGTH_BYTES + this.#headBytes
        break
      }
      this.#onFrame(data.subarray(start, end))
      at = end
    }
    return at
  }
}

/** The reason a length is refused, or null. */
export function checkLength(length: number, headBytes: number): string | null {
  return length > MAX_FRAME_BYTES || length < headBytes ? `a frame of ${length} bytes` : null
}
