import { closeSync } from 'node:fs'
import { Socket } from 'node:net'
import type { Readable, Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import type { Worker } from 'node:worker_threads'
import { COOKIE_BYTES, LENGTH_BYTES, sequenced } from '../guest-protocol/frame.ts'
import type { GuardianMessage, GuardianOrder } from '../guest-protocol/message.ts'
import { PROGRESS } from '../guest-protocol/progress.ts'
import { GUARDIAN_FD, THREAD_OUT_FD } from '../guest-protocol/orders.ts'
import { Recorder } from './recorder.ts'
import { gatherEvidence, startBaseProfile } from './stall-evidence.ts'
import { ThreadWatch } from './thread-watch.ts'
import { describeThrown, type ThrownInfo } from '../guest-protocol/thrown.ts'
import { within } from '../util/within.ts'

/** Delays the base profile, so that it does not slow the start of the plugin. */
const BASE_PROFILE_AFTER_MS = 500

/** How long the guardian waits for the host to read the last message and end this process. */
const UNHEARD_MS = 5_000

/** How long the end of a thread waits for what the thread has written to be passed on. The host reads no faster than its budget. */
const OUTPUT_MS = 2_000

export interface GuardOptions {
  readonly thread: Worker
  /** The thread runs. */
  readonly online: Promise<void>
  readonly progress: Float64Array
  readonly cookie: Uint8Array
}

/**
 * Watches the plugin thread, executes the host's orders and reports to the host, until the host or the thread has
 * ended.
 */
export function guard({ thread, online, progress, cookie }: GuardOptions): void {
  const channel = new Socket({ fd: GUARDIAN_FD, readable: true, writable: true })
  const tell = (message: GuardianMessage): void => {
    channel.write(framed(cookie, Buffer.from(JSON.stringify(message))))
  }

  // Ctrl-C reaches a whole process group: the host decides when its guests end.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})

  const recorder = new Recorder(thread, tell)
  const obey = (order: GuardianOrder): void =>
    order.kind === 'end-thread' ? void thread.terminate() : recorder.take(order)
  const splitter = sequenced((payload) => obey(JSON.parse(payload.toString()) as GuardianOrder), die)
  channel.on('data', (chunk: Buffer) => splitter.push(chunk))
  channel.on('end', die).on('error', die).on('close', die)

  let watch: ThreadWatch | undefined
  void online.then(() => {
    setTimeout(() => void startBaseProfile(thread), BASE_PROFILE_AFTER_MS)
    watch = new ThreadWatch({
      worker: thread,
      progress,
      ping: (number) => thread.postMessage(number),
      onHeartbeat: tell,
      onSilent: () => void gatherEvidence(thread, tell),
    })
  })

  let uncaught: ThrownInfo | null = null
  // Its output reaches this process after its end.
  const output = [
    { from: thread.stdout, to: process.stdout },
    { from: thread.stderr, to: process.stderr },
  ]
  const written = Promise.all(output.map(passedOn))
  const leftBytes = (): number =>
    output.reduce((bytes, { from, to }) => bytes + from.readableLength + to.writableLength, 0)
  thread.on('error', (thrown) => void (uncaught = describeThrown(thrown)))
  thread.on('exit', (exitCode) => {
    watch?.stop()
    closeSync(THREAD_OUT_FD)
    const counts = { begun: progress[PROGRESS.begun]!, finished: progress[PROGRESS.finished]! }
    void within(written, OUTPUT_MS).then(() => {
      tell({ kind: 'ended', exitCode, error: uncaught, ...counts, cutOutputBytes: leftBytes() })
    })
    // The host ends this process once it has read this message. If the guardian closed the channel first, a host that
    // is writing at that moment would get an error and not read the rest.
    setTimeout(die, UNHEARD_MS)
  })
}

async function passedOn({ from, to }: { readonly from: Readable; readonly to: Writable }): Promise<void> {
  await finished(from).catch(() => {})
  // Where the pipe was full, the rest is still on its way.
  await new Promise((resolve) => to.write('', resolve))
}

// `process.exit()` would wait for a thread that sits in native code; SIGKILL does not wait.
function die(): void {
  process.kill(process.pid, 'SIGKILL')
}

function framed(cookie: Uint8Array, payload: Buffer): Buffer {
  const frame = Buffer.allocUnsafe(LENGTH_BYTES + COOKIE_BYTES + payload.length)
  frame.writeUInt32LE(COOKIE_BYTES + payload.length, 0)
  frame.set(cookie, LENGTH_BYTES)
  frame.set(payload, LENGTH_BYTES + COOKIE_BYTES)
  return frame
}
