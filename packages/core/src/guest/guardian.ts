// The main thread of a guest process. It owns the channel to the host on fd 3 and the thread the plugin runs in.
import { Socket } from 'node:net'
import { MessageChannel, Worker } from 'node:worker_threads'
import type { BootMessage } from './boot.ts'
import { checkLength, COOKIE_BYTES, FrameSplitter, LENGTH_BYTES, MAX_FRAME_BYTES, SEQUENCE_BYTES } from './frame.ts'
import { ORDER_MARK, PROGRESS, type GuardianMessage, type GuardianOrder, type GuardianOrders } from './message.ts'
import { Recorder } from './recorder.ts'
import { gatherEvidence, startBaseProfile } from './stall-evidence.ts'
import { ThreadWatch } from './thread-watch.ts'
import { describeThrown, type ThrownInfo } from './thrown.ts'

const channel = new Socket({ fd: 3, readable: true, writable: true })
let nextSequence = 0
let toThread: ((payload: ArrayBuffer) => void) | undefined
let obey: ((order: GuardianOrder) => void) | undefined

// Ctrl-C reaches a whole process group: the host decides when its guests end.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})

// `process.exit()` would wait for a thread that sits in native code; SIGKILL waits for nobody.
const die = (): void => void process.kill(process.pid, 'SIGKILL')
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
    if (!toThread) return startThread(parse(frame.subarray(SEQUENCE_BYTES)) as GuardianOrders)
    if (frame[SEQUENCE_BYTES] === ORDER_MARK) return obey?.(parse(frame.subarray(SEQUENCE_BYTES + 1)) as GuardianOrder)
    const payload = new Uint8Array(frame.length - SEQUENCE_BYTES)
    payload.set(frame.subarray(SEQUENCE_BYTES))
    toThread(payload.buffer)
  },
})
channel.on('data', (chunk: Buffer) => splitter.push(chunk))

function startThread(orders: GuardianOrders): void {
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

  const worker = new Worker(new URL(import.meta.url.replace(/guardian\.(js|ts)$/, 'boot.$1')), {
    execArgv: [...orders.execArgv],
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: orders.heapLimitMb },
  })
  let watch: ThreadWatch | undefined
  worker.once('online', () => {
    void startBaseProfile(worker)
    watch = new ThreadWatch({
      worker,
      progress,
      ping: () => port1.postMessage(new ArrayBuffer(0)),
      onBeat: tell,
      onSilent: () => void gatherEvidence(worker, tell),
    })
  })
  // Buffers of the thread's output live in the guardian's heap; when the host reads slowly, so does the thread's pipe.
  worker.on('error', (thrown) => void (uncaught = describeThrown(thrown)))
  worker.on('exit', (exitCode) => {
    watch?.stop()
    // The thread's last messages are still in the port; they come before this turn of the loop ends.
    setImmediate(() => {
      const { begun, finished } = PROGRESS
      tell({ kind: 'ended', exitCode, error: uncaught, begun: progress[begun]!, finished: progress[finished]! })
      channel.end(die)
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
  toThread = (payload) => port1.postMessage(payload, [payload])
  const recorder = new Recorder(worker, tell)
  obey = (order) => (order.kind === 'end-thread' ? void worker.terminate() : recorder.take(order))
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
