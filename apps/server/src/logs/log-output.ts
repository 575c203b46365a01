import { clock } from '@plugboard/core'
import type { LogOutputView, LogTrouble } from '@plugboard/protocol'
import { constants, fstatSync, openSync, writeSync } from 'node:fs'
import { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { SonicBoom } from 'sonic-boom'

const STDOUT = 1
const STDERR = 2
/** Bytes of lines that wait while the output takes nothing. Further lines are lost, and counted. */
const MAX_WAITING_BYTES = 1_024 * 1_024
/** An output that has taken nothing for this long is reported. */
const STALLED_MS = 5_000
/** After a failed write, this long until the next try, if no new line causes one earlier. */
const RETRY_MS = 5_000
const POLL_MS = 20

interface Output {
  readonly fd: number
  /** A write can wait for the reader, in a thread that nothing can interrupt. */
  readonly isBlocking: boolean
}

/**
 * Where the server writes its own log: stderr. The server never waits for this output and never ends because of it: lines
 * that cannot be written wait up to a bound, then they are counted and lost.
 */
export class LogOutput {
  readonly #output: Output
  readonly #stream: SonicBoom
  #failure: LogTrouble | null = null
  /** When lines began to wait, or when the output last took something (monotonic); null when nothing waits. */
  #waitingSince: number | null = null
  #lostLines = 0
  #reportedLines = 0
  #retry: NodeJS.Timeout | undefined

  /** @param onRecover called with the number of lines that were lost, once the output takes lines again */
  constructor(onRecover: (lostLines: number) => void) {
    this.#output = openOutput(STDERR)
    this.#stream = new SonicBoom({ fd: this.#output.fd, maxLength: MAX_WAITING_BYTES })
    this.#stream.on('drop', () => void this.#lostLines++)
    this.#stream.on('error', (error: NodeJS.ErrnoException) => {
      this.#failure = troubleOf(error)
      clearTimeout(this.#retry)
      this.#retry = setTimeout(() => this.#stream.write(''), RETRY_MS).unref()
    })
    this.#stream.on('write', () => {
      this.#failure = null
      this.#waitingSince = clock.now()
    })
    this.#stream.on('drain', () => {
      this.#waitingSince = null
      const lines = this.#lostLines - this.#reportedLines
      this.#reportedLines = this.#lostLines
      if (lines > 0) onRecover(lines)
    })
  }

  write(line: string): void {
    this.#waitingSince ??= clock.now()
    this.#stream.write(line)
  }

  state(): LogOutputView {
    const waitedMs = this.#waitingSince === null ? 0 : clock.now() - this.#waitingSince
    return { trouble: this.#failure ?? (waitedMs > STALLED_MS ? 'unread' : null), lostLines: this.#lostLines }
  }

  /**
   * Gives the lines that wait a moment to be written.
   * @returns false if a write may be stuck in a thread, which the end of the process would wait for
   */
  async settle(withinMs: number): Promise<boolean> {
    const deadline = clock.now() + withinMs
    while (this.#waitingSince !== null && this.#failure === null && clock.now() < deadline) await sleep(POLL_MS)
    return this.#waitingSince === null || this.#failure !== null || !this.#output.isBlocking
  }
}

/** Prints to stdout at once, as far as it can be done without waiting. */
export function printLine(text: string): void {
  print(STDOUT, text)
}

/** Prints to stderr at once, as far as it can be done without waiting. */
export function printProblem(text: string): void {
  print(STDERR, text)
}

function print(fd: number, text: string): void {
  try {
    writeSync(openOutput(fd).fd, `${text}\n`)
  } catch {
    // Nobody can be told: the output is closed, full or not read.
  }
}

const outputs = new Map<number, Output>()

/**
 * Opens a standard stream for writes that do not block. Pipes and terminals are opened anew, so that this setting is ours
 * alone: processes that share the stream, such as the shell, do not expect it.
 */
function openOutput(fd: number): Output {
  const known = outputs.get(fd)
  if (known) return known
  const output = makeNonBlocking(fd)
  outputs.set(fd, output)
  return output
}

function makeNonBlocking(fd: number): Output {
  const stat = fstatSync(fd)
  if (stat.isFIFO() || stat.isCharacterDevice()) {
    try {
      const flags = constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY | constants.O_APPEND
      return { fd: openSync(`/proc/self/fd/${fd}`, flags), isBlocking: false }
    } catch {
      // It belongs to another user, its reader is gone, or there is no /proc.
    }
  }
  if (stat.isFIFO() || stat.isSocket()) {
    try {
      // A socket cannot be opened anew. libuv makes it non-blocking; Node restores the setting when the process ends.
      sockets.push(new Socket({ fd, readable: false, writable: true }).unref())
      return { fd, isBlocking: false }
    } catch {
      // It is a kind of socket that Node does not support, such as a datagram socket.
    }
  }
  return { fd, isBlocking: true }
}

/** A socket that is collected closes its descriptor. */
const sockets: Socket[] = []

function troubleOf({ code }: NodeJS.ErrnoException): LogTrouble {
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return 'full'
    case 'EPIPE':
    case 'EIO':
    case 'ENXIO':
    case 'EBADF':
    case 'ECONNRESET':
      return 'closed'
    default:
      return 'failed'
  }
}
