import { writeSync } from 'node:fs'
import { Socket } from 'node:net'
import { COOKIE_BYTES, LENGTH_BYTES, MAX_FRAME_BYTES, sequenced } from './frame.ts'
import { HostRefusal } from './host-link.ts'
import type { HostMessage, EncodedBatch, EventBatch, ThreadMessage } from './message.ts'
import { THREAD_FD } from './orders.ts'

// Captured before the plugin is imported, so that nothing it replaces can read the cookie or forge what carries it.
const uncurry = Function.prototype.bind.bind(Function.prototype.call) as <A extends readonly unknown[], R>(
  method: (...args: A) => R,
) => (self: unknown, ...args: A) => R
const encodeInto = uncurry(TextEncoder.prototype.encodeInto)
const decode = uncurry(TextDecoder.prototype.decode)
const encoder = new TextEncoder()
const decoder = new TextDecoder()
const setBytes = uncurry(Uint8Array.prototype.set)
const { parse, stringify } = JSON
const { setTimeout } = globalThis
const { wait } = Atomics
const now = performance.now.bind(performance)
const write = writeSync
const ByteArray = Uint8Array

const READ_BYTES = 65_536
const HEAD_BYTES = LENGTH_BYTES + COOKIE_BYTES
/** Most messages fit, whatever their characters. */
const ROOM_BYTES = 16_384
const MAX_BYTES_PER_CHARACTER = 3
const RETRY_MS = 5
/** A thread that ends waits that long for a busy host to take its last words. */
const LAST_WORDS_MS = 2_000

/** Bytes that the host had no room for yet, oldest first. */
interface Backlog {
  bytes: Uint8Array<ArrayBuffer>
  next: Backlog | undefined
}

/**
 * The plugin thread's end of its channel. Nobody stands between it and the host: each thread that a message passes
 * through costs a waking. It reads through the event loop, and writes at once, also while a handler holds the loop.
 */
export class ThreadChannel {
  readonly #room = new ByteArray(ROOM_BYTES)
  readonly #payloadRoom = new ByteArray(this.#room.buffer, HEAD_BYTES)
  readonly #cookie: Uint8Array
  #oldest: Backlog | undefined
  #newest: Backlog | undefined
  #retrying = false

  constructor(cookie: Uint8Array, onMessage: (message: Exclude<HostMessage, EventBatch> | EncodedBatch) => void) {
    this.#cookie = cookie
    setBytes(this.#room, cookie, LENGTH_BYTES)
    const splitter = sequenced(
      (payload) => onMessage(parse(decode(decoder, payload)) as Parameters<typeof onMessage>[0]),
      (reason) => this.#write(stringify({ kind: 'violation', reason })),
    )
    const buffer = Buffer.allocUnsafeSlow(READ_BYTES)
    new Socket({
      fd: THREAD_FD,
      readable: true,
      writable: false,
      onread: {
        buffer,
        callback: (bytes) => {
          splitter.push(buffer.subarray(0, bytes))
          return true
        },
      },
      // The guardian ends this process when the host has gone.
    }).on('error', () => {})
    process.once('exit', () => this.#drain())
  }

  /** @throws HostRefusal `TOO_LARGE` */
  send(message: ThreadMessage): void {
    this.#write(stringify(message))
  }

  #write(text: string): void {
    const fits = text.length * MAX_BYTES_PER_CHARACTER <= ROOM_BYTES - HEAD_BYTES
    const room = fits ? this.#room : this.#roomFor(text)
    const payloadRoom = fits ? this.#payloadRoom : new ByteArray(room.buffer, HEAD_BYTES)
    const length = COOKIE_BYTES + encodeInto(encoder, text, payloadRoom).written
    if (length > MAX_FRAME_BYTES)
      throw new HostRefusal('TOO_LARGE', `a message of ${length} bytes; the limit is ${MAX_FRAME_BYTES}`)
    room[0] = length & 255
    room[1] = (length >>> 8) & 255
    room[2] = (length >>> 16) & 255
    room[3] = length >>> 24

    const end = LENGTH_BYTES + length
    if (this.#oldest) this.#flush()
    const written = this.#oldest ? 0 : tryWrite(room, end)
    if (written < end) this.#keep(room, written, end)
  }

  #roomFor(text: string): Uint8Array<ArrayBuffer> {
    const room = new ByteArray(HEAD_BYTES + text.length * MAX_BYTES_PER_CHARACTER)
    setBytes(room, this.#cookie, LENGTH_BYTES)
    return room
  }

  #keep(room: Uint8Array<ArrayBuffer>, from: number, to: number): void {
    const bytes = new ByteArray(to - from)
    setBytes(bytes, new ByteArray(room.buffer, from, to - from), 0)
    const last: Backlog = { bytes, next: undefined }
    if (this.#newest) this.#newest.next = last
    else this.#oldest = last
    this.#newest = last
    this.#retryLater()
  }

  #retryLater(): void {
    if (this.#retrying) return
    this.#retrying = true
    setTimeout(() => {
      this.#retrying = false
      this.#flush()
      if (this.#oldest) this.#retryLater()
    }, RETRY_MS)
  }

  /** Writes all that is left, without the loop. */
  #drain(): void {
    const sleeper = new Int32Array(new SharedArrayBuffer(4))
    const end = now() + LAST_WORDS_MS
    this.#flush()
    while (this.#oldest && now() < end) {
      wait(sleeper, 0, 0, RETRY_MS)
      this.#flush()
    }
  }

  #flush(): void {
    while (this.#oldest) {
      const { bytes } = this.#oldest
      const written = tryWrite(bytes, bytes.length)
      if (written < bytes.length) {
        this.#oldest.bytes = new ByteArray(bytes.buffer, bytes.byteOffset + written)
        return
      }
      this.#oldest = this.#oldest.next
    }
    this.#newest = undefined
  }
}

/** How many bytes the host had room for. */
function tryWrite(bytes: Uint8Array, length: number): number {
  try {
    return write(THREAD_FD, bytes, 0, length)
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EAGAIN') return 0
    // The host has gone, or the plugin has closed the channel: either way this process is about to end.
    return length
  }
}
