import { Socket } from 'node:net'
import { MessageChannel, type Worker } from 'node:worker_threads'
import type { BootMessage } from './boot.ts'
import { checkLength, COOKIE_BYTES, FrameSplitter, LENGTH_BYTES, MAX_FRAME_BYTES, SEQUENCE_BYTES } from './frame.ts'
import { ORDER_MARK, PROGRESS, type GuardianMessage, type GuardianOrder, type GuardianOrders } from './message.ts'
import { Recorder } from './recorder.ts'
import { gatherEvidence, startBaseProfile } from './stall-evidence.ts'
import { ThreadWatch } from './thread-watch.ts'
import { describeThrown, type ThrownInfo } from './thrown.ts'

/** The plugin thread does not spend its first moments on the profile. */
const BASE_PROFILE_AFTER_MS = 500

/** A host that has not read the last message by then is gone, or will not read it. */
const LAST_WORDS_MS = 5_000

interface Connection {
  readonly toThread: (payload: ArrayBuffer) => void
  readonly obey: (order: GuardianOrder) => void
}

/** Opens the channel on fd 3 and serves it until either end has gone. @param online the thread runs */
export function connectToHost(worker: Worker, online: Promise<void>): void {
  const channel = new Socket({ fd: 3, readable: true, writable: true })
  let nextSequence = 0
  let connection: Connection | undefined

  // Ctrl-C reaches a whole process group: the host decides when its guests end.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})

  channel.on('end', die).on('error', die).on('close', die)

  const splitter = new FrameSplitter({
    headBytes: SEQUENCE_BYTES,
    checkHead: (length, head) => {
      if (head && head.readUInt32LE(0) !== nextSequence) return 'a frame out of sequence'
      return checkLength(length, SEQUENCE_BYTES)
    },
    onViolation: die,
    onFrame: (frame) => {
      nextSequence = (nextSequence + 1) >>> 0
      if (!connection) {
        const orders = parse(frame.subarray(SEQUENCE_BYTES)) as GuardianOrders
        connection = connectThread({ worker, online, channel, orders })
        return
      }
      if (frame[SEQUENCE_BYTES] === ORDER_MARK)
        return connection.obey(parse(frame.subarray(SEQUENCE_BYTES + 1)) as GuardianOrder)
      const payload = new Uint8Array(frame.length - SEQUENCE_BYTES)
      payload.set(frame.subarray(SEQUENCE_BYTES))
      connection.toThread(payload.buffer)
    },
  })
  channel.on('data', (chunk: Buffer) => splitter.push(chunk))
}

// `process.exit()` would wait for a thread that sits in native code; SIGKILL waits for nobody.
function die(): void {
  process.kill(process.pid, 'SIGKILL')
}

/** Connects the thread to the host's channel, and watches it from now on. */
function connectThread({
  worker,
  online,
  channel,
  orders,
}: {
  worker: Worker
  online: Promise<void>
  channel: Socket
  orders: GuardianOrders
}): Connection {
  const threadCookie = Buffer.from(orders.threadCookie, 'hex')
  const guardianCookie = Buffer.from(orders.guardianCookie, 'hex')
  const progress = new Float64Array(
    new SharedArrayBuffer(Object.keys(PROGRESS).length * Float64Array.BYTES_PER_ELEMENT),
  )
  const { port1, port2 } = new MessageChannel()
  let uncaught: ThrownInfo | null = null
  const tell = (message: GuardianMessage): void => {
    channel.write(frame(guardianCookie, Buffer.from(JSON.stringify(message))))
  }

  let watch: ThreadWatch | undefined
  void online.then(() => {
    setTimeout(() => void startBaseProfile(worker), BASE_PROFILE_AFTER_MS)
    watch = new ThreadWatch({
      worker,
      progress,
      ping: () => port1.postMessage(new ArrayBuffer(0)),
      onBeat: tell,
      onSilent: () => void gatherEvidence(worker, tell),
    })
  })
  worker.on('error', (thrown) => void (uncaught = describeThrown(thrown)))
  worker.on('exit', (exitCode) => {
    watch?.stop()
    // The thread's last messages are still in the port; they come before this turn of the loop ends.
    setImmediate(() => {
      const { begun, finished } = PROGRESS
      tell({ kind: 'ended', exitCode, error: uncaught, begun: progress[begun]!, finished: progress[finished]! })
      // The host ends this process once it has heard. Whoever closed the channel first would lose what is still under way
      // in it: a host that is just writing finds it broken, and reads no further.
      setTimeout(die, LAST_WORDS_MS)
    })
  })

  port1.on('message', (message: unknown) => {
    if (!(message instanceof ArrayBuffer)) return die()
    const bytes = Buffer.from(message)
    if (bytes.length < COOKIE_BYTES || bytes.length > MAX_FRAME_BYTES) return die()
    if (bytes.compare(threadCookie, 0, COOKIE_BYTES, 0, COOKIE_BYTES) !== 0) return die()
    channel.write(frame(threadCookie, bytes.subarray(COOKIE_BYTES)))
  })

  const boot: BootMessage = { port: port2, cookie: new Uint8Array(threadCookie), orders: orders.boot, progress }
  worker.postMessage(boot, [port2])
  const recorder = new Recorder(worker, tell)
  return {
    toThread: (payload) => port1.postMessage(payload, [payload]),
    obey: (order) => (order.kind === 'end-thread' ? void worker.terminate() : recorder.take(order)),
  }
}

function parse(bytes: Buffer): unknown {
  return JSON.parse(bytes.toString())
}

function frame(cookie: Buffer, payload: Buffer): Buffer {
  const framed = Buffer.allocUnsafe(LENGTH_BYTES + COOKIE_BYTES + payload.length)
  framed.writeUInt32LE(COOKIE_BYTES + payload.length, 0)
  cookie.copy(framed, LENGTH_BYTES)
  payload.copy(framed, LENGTH_BYTES + COOKIE_BYTES)
  return framed
}
