import { readSync } from 'node:fs'
import { LENGTH_BYTES, SEQUENCE_BYTES } from './frame.ts'

/** From the host to the plugin thread. */
export const THREAD_IN_FD = 3
/**
 * From the plugin thread to the host. A separate pipe, because a host that writes to a closed pipe can no longer read
 * from it. Writes to this pipe block, so a thread that is faster than the host waits.
 */
export const THREAD_OUT_FD = 4
/** Between the host and the guardian. */
export const GUARDIAN_FD = 5
/** The file in which an instance of the plugin leaves its state for the next one. */
export const STATE_FD = 6

/** The host's first frame to the guardian: how to sign, and how to start the plugin thread. */
export interface GuardianOrders {
  /** Hexadecimal. */
  readonly cookie: string
  readonly execArgv: readonly string[]
  /** The plugin's `process.env`. */
  readonly env: Readonly<Record<string, string>>
  readonly heapLimitMb: number
  /** Descriptors that the guest has inherited from its host and must not keep. */
  readonly closeFds: readonly number[]
}

/** The host's first frame to the plugin thread: how to sign, and what boot needs before it can import the plugin. */
export interface ThreadOrders {
  /** Hexadecimal. */
  readonly cookie: string
  readonly entryUrl: string
  readonly sdkUrl: string
  /** Keeps `process.kill`. True for a plugin with `ExecuteSyscall`. */
  readonly fullTrust: boolean
  /** TypeScript modules, stripped of their types by the host, by URL. */
  readonly sources: Readonly<Record<string, string>>
}

/**
 * Reads a channel's first frame, before anything else reads from it. Waits for it: without orders there is nothing to do.
 * @throws Error when the host has ended
 */
export function readOrders(fd: number): unknown {
  const head = readExactly(fd, LENGTH_BYTES + SEQUENCE_BYTES)
  const body = readExactly(fd, head.readUInt32LE(0) - SEQUENCE_BYTES)
  return JSON.parse(body.toString())
}

function readExactly(fd: number, bytes: number): Buffer {
  // Not from Buffer's shared pool, which any code in the thread can read.
  const buffer = Buffer.allocUnsafeSlow(bytes)
  for (let at = 0; at < bytes;) {
    const read = readSync(fd, buffer, at, bytes - at, null)
    if (read === 0) throw new Error('the host has ended')
    at += read
  }
  return buffer
}
