import { clock } from '../util/clock.ts'
import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'
import {
  checkLength,
  COOKIE_BYTES,
  FrameSplitter,
  LENGTH_BYTES,
  MAX_FRAME_BYTES,
  SEQUENCE_BYTES,
} from '../guest-protocol/frame.ts'
import { PluginError } from '../errors/plugin-error.ts'

/** What a guest may send in one window before its channel is paused until the next. */
const WINDOW_MS = 50
const WINDOW_BYTES = 4 * 1_024 * 1_024

/** A guest that leaves more than this unread would fill the host's memory. */
const MAX_UNREAD_BYTES = 64 * 1_024 * 1_024

/** Up to this size a copy costs less than a second buffer in the system call. */
const SMALL_BYTES = 4_096

export interface GuestChannelOptions {
  /** What it throws is a violation. */
  readonly onPayload: (payload: string) => void
  readonly onViolation: (reason: string) => void
  /** It left so much unread that no more is sent to it. */
  readonly onUnread: (bytes: number) => void
}

/**
 * The host's end of a channel to a thread of a guest: numbered frames out, signed frames in, read no faster than the host
 * can bear.
 */
export class GuestChannel {
  /**
   * Proves the sender: every frame from the guest starts with it. The guest gets the cookie in its first frame, before
   * plugin code runs.
   */
  readonly cookie = randomBytes(COOKIE_BYTES)
  readonly #incoming: Socket
  readonly #outgoing: Socket
  readonly #options: GuestChannelOptions
  #sequence = 0
  #windowBytes = 0
  #windowEndsAt = 0
  #closed = false
  #isFull = false

  constructor(
    { incoming, outgoing }: { readonly incoming: Socket; readonly outgoing: Socket },
    options: GuestChannelOptions,
  ) {
    this.#incoming = incoming
    this.#outgoing = outgoing
    this.#options = options
    const splitter = new FrameSplitter({
      headBytes: COOKIE_BYTES,
      checkHead: (length, head) =>
        checkLength(length, COOKIE_BYTES) ?? (head?.equals(this.cookie) === false ? 'an unknown sender' : null),
      onFrame: (frame) => this.#take(frame),
      onViolation: (reason) => this.#violate(reason),
    })
    incoming.on('data', (chunk: Buffer) => {
      this.#meter(chunk.length)
      splitter.push(chunk)
    })
    if (outgoing !== incoming) outgoing.on('data', () => this.#violate('it writes where it listens'))
    // The guest has ended: its exit code tells why.
    incoming.on('error', () => {})
    outgoing.on('error', () => {})
  }

  /** @throws PluginError `TOO_LARGE` */
  send(given: string | Buffer): void {
    if (this.#closed || this.#isFull || !this.#outgoing.writable) return
    const payload = typeof given === 'string' ? Buffer.from(given) : given
    const bytes = payload.length
    const limit = MAX_FRAME_BYTES - SEQUENCE_BYTES
    if (bytes > limit) {
      throw new PluginError('TOO_LARGE', `a message of ${bytes} bytes to a guest; the limit is ${limit}`, {
        bytes,
        limit,
      })
    }
    const unread = this.#outgoing.writableLength
    if (unread > MAX_UNREAD_BYTES) {
      this.#isFull = true
      return this.#options.onUnread(unread)
    }
    const head = Buffer.allocUnsafe(LENGTH_BYTES + SEQUENCE_BYTES)
    head.writeUInt32LE(SEQUENCE_BYTES + bytes, 0)
    head.writeUInt32LE(this.#sequence, LENGTH_BYTES)
    this.#sequence = (this.#sequence + 1) >>> 0
    if (bytes <= SMALL_BYTES) return void this.#outgoing.write(Buffer.concat([head, payload]))
    // Not copied: plugins that get the same events share the payload.
    this.#outgoing.cork()
    this.#outgoing.write(head)
    this.#outgoing.write(payload)
    this.#outgoing.uncork()
  }

  close(): void {
    this.#closed = true
    this.#incoming.destroy()
    this.#outgoing.destroy()
  }

  #take(frame: Buffer): void {
    if (this.#closed) return
    try {
      this.#options.onPayload(frame.toString('utf8', COOKIE_BYTES))
    } catch (thrown) {
      this.#violate((thrown as Error).message)
    }
  }

  #violate(reason: string): void {
    if (this.#closed) return
    this.#closed = true
    this.#options.onViolation(reason)
  }

  #meter(bytes: number): void {
    const now = clock.now()
    if (now >= this.#windowEndsAt) {
      this.#windowEndsAt = now + WINDOW_MS
      this.#windowBytes = 0
    }
    this.#windowBytes += bytes
    if (this.#windowBytes < WINDOW_BYTES) return
    this.#incoming.pause()
    setTimeout(() => this.#incoming.resume(), this.#windowEndsAt - now).unref()
  }
}
