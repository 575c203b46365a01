import { writeSync } from 'node:fs'
import { Socket } from 'node:net'
import { COOKIE_BYTES, LENGTH_BYTES, MAX_FRAME_BYTES, sequenced } from '../guest-protocol/frame.ts'
import { HostRefusal } from './host-link.ts'
import type { HostMessage, EncodedBatch, EventBatch, ThreadMessage } from '../guest-protocol/message.ts'
import { THREAD_IN_FD, THREAD_OUT_FD } from '../guest-protocol/orders.ts'

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
const { defineProperty } = Object
const { wait } = Atomics
const write = writeSync
const Bytes = ArrayBuffer
const ByteArray = Uint8Array

const READ_BYTES = 65_536
const HEAD_BYTES = LENGTH_BYTES + COOKIE_BYTES
/** Most messages fit, whatever their characters. */
const ROOM_BYTES = 16_384
const MAX_BYTES_PER_CHARACTER = 3
const RETRY_MS = 5

/** Where a frame is put together: all of it, and the part for its payload. */
interface Room {
  readonly frame: Uint8Array
  readonly payload: Uint8Array
}

/**
 * The plugin thread's side of its channel. It connects directly to the host, because each further thread would have to
 * wake up for a message. Reads go through the event loop; writes are synchronous, so they also work while a handler
 * blocks the loop.
 */
export class ThreadChannel {
  readonly #cookie: Uint8Array
  readonly #room: Room
  readonly #sleeper = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))

  constructor(cookie: Uint8Array, onMessage: (message: Exclude<HostMessage, EventBatch> | EncodedBatch) => void) {
    this.#cookie = cookie
    this.#room = this.#makeRoom(ROOM_BYTES)
    const splitter = sequenced(
      (payload) => onMessage(parse(decode(decoder, payload)) as Parameters<typeof onMessage>[0]),
      (reason) => this.sendText(stringify({ kind: 'violation', reason })),
    )
    const buffer = Buffer.allocUnsafeSlow(READ_BYTES)
    new Socket({
      fd: THREAD_IN_FD,
      readable: true,
      writable: false,
      onread: {
        buffer,
        callback: (bytes) => {
          splitter.push(buffer.subarray(0, bytes))
          return true
        },
      },
      // The guardian ends this process when the host has ended.
    }).on('error', () => {})
  }

  /** @throws HostRefusal `TOO_LARGE` */
  send(message: ThreadMessage): void {
    this.sendText(stringify(message))
  }

  /** @throws HostRefusal `TOO_LARGE` */
  sendText(text: string): void {
    // No text takes fewer bytes than it has characters.
    checkLength(COOKIE_BYTES + text.length)
    const needed = HEAD_BYTES + text.length * MAX_BYTES_PER_CHARACTER
    const { frame, payload } = needed <= ROOM_BYTES ? this.#room : this.#makeRoom(needed)
    const length = COOKIE_BYTES + encodeInto(encoder, text, payload).written
    checkLength(length)
    frame[0] = length & 255
    frame[1] = (length >>> 8) & 255
    frame[2] = (length >>> 16) & 255
    frame[3] = length >>> 24
    this.#write(frame, LENGTH_BYTES + length)
  }

  #makeRoom(bytes: number): Room {
    const buffer = new Bytes(bytes)
    const frame = new ByteArray(buffer)
    setBytes(frame, this.#cookie, LENGTH_BYTES)
    // Without its own `byteLength`, `writeSync` would call the inherited getter. A plugin can replace that getter, and
    // would get the frame with the cookie as `this`.
    defineProperty(frame, 'byteLength', { value: bytes })
    return { frame, payload: new ByteArray(buffer, HEAD_BYTES) }
  }

  #write(frame: Uint8Array, length: number): void {
    for (let at = 0; at < length;) {
      try {
        at += write(THREAD_OUT_FD, frame, at, length - at)
      } catch (thrown) {
        // The host has ended, or the plugin has closed the channel: either way this process is about to end.
        if ((thrown as NodeJS.ErrnoException).code !== 'EAGAIN') return
        // A plugin has made the pipe non-blocking: wait, then try again.
        wait(this.#sleeper, 0, 0, RETRY_MS)
      }
    }
  }
}

function checkLength(length: number): void {
  if (length > MAX_FRAME_BYTES)
    throw new HostRefusal('TOO_LARGE', `a message of ${length} bytes; the limit is ${MAX_FRAME_BYTES}`)
}
