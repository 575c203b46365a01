/** A frame's length field counts what follows it. */
export const LENGTH_BYTES = 4
/** From the host: a sequence number. */
export const SEQUENCE_BYTES = 4
/** From the guest: the cookie of the channel, which only our own code in its thread knows. */
export const COOKIE_BYTES = 8
export const MAX_FRAME_BYTES = 1_048_576

/** Checks what is known of a frame as soon as it is known: its length, and its head once that is there. */
export type HeadCheck = (length: number, head: Buffer | undefined) => string | null

/**
 * Cuts a byte stream into length-prefixed frames.
 *
 * `onFrame` gets everything behind the length field. A caller may reuse the buffer of a chunk after `push` returns. A
 * frame is therefore only valid during `onFrame`. A violation found by `checkHead` ends the splitting: what follows is
 * ignored.
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
    if (this.#violated) return
    const bytes = this.#pendingBytes + chunk.length
    if (bytes < this.#needed) return this.#keep(chunk)

    const data = this.#pendingBytes === 0 ? chunk : Buffer.concat([...this.#pending, chunk], bytes)
    this.#pending = []
    this.#pendingBytes = 0
    const rest = this.#split(data)
    if (rest < data.length) this.#keep(data.subarray(rest))
  }

  #keep(bytes: Buffer): void {
    this.#pending.push(Buffer.from(bytes))
    this.#pendingBytes += bytes.length
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

/** Splits what the host sends after its orders. Its frames are numbered, so that a frame that another reader took is noticed. */
export function sequenced(onPayload: (payload: Buffer) => void, onViolation: (reason: string) => void): FrameSplitter {
  let next = 1
  return new FrameSplitter({
    headBytes: SEQUENCE_BYTES,
    checkHead: (length, head) =>
      head && head.readUInt32LE(0) !== next ? 'a frame out of sequence' : checkLength(length, SEQUENCE_BYTES),
    onViolation,
    onFrame: (frame) => {
      next = (next + 1) >>> 0
      onPayload(frame.subarray(SEQUENCE_BYTES))
    },
  })
}
