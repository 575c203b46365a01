import type { MessagePort } from 'node:worker_threads'
import { decodeRuns } from './event-codec.ts'
import { COOKIE_BYTES, MAX_FRAME_BYTES } from './frame.ts'
import { HostRefusal } from './host-link.ts'
import { PROGRESS, type EncodedBatch, type EventBatch, type HostMessage, type ThreadMessage } from './message.ts'
import { RunningPlugin } from './running-plugin.ts'

// Captured before the plugin is imported, so that nothing it replaces can read the cookie or forge what carries it.
const uncurry = Function.prototype.bind.bind(Function.prototype.call) as <A extends readonly unknown[], R>(
  method: (...args: A) => R,
) => (self: unknown, ...args: A) => R
const encode = uncurry(TextEncoder.prototype.encode)
const decode = uncurry(TextDecoder.prototype.decode)
const encoder = new TextEncoder()
const decoder = new TextDecoder()
const setBytes = uncurry(Uint8Array.prototype.set)
const byteLength = uncurry(
  Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), 'byteLength')!.get as () => number,
)
const { parse, stringify } = JSON
const ByteArray = Uint8Array
const Bytes = ArrayBuffer

/** Connects the plugin's instance to its guardian; everything sent begins with this thread's cookie. */
export function runPluginThread(options: {
  readonly port: MessagePort
  readonly cookie: Uint8Array
  readonly entryUrl: string
  readonly progress: Float64Array
}): void {
  const { port, cookie, entryUrl, progress } = options
  const post = port.postMessage.bind(port)

  const send = (message: ThreadMessage): void => {
    const text = encode(encoder, stringify(message))
    const length = byteLength(text) + COOKIE_BYTES
    if (length > MAX_FRAME_BYTES)
      throw new HostRefusal('TOO_LARGE', `a message of ${length} bytes; the limit is ${MAX_FRAME_BYTES}`)
    const framed = new Bytes(length)
    const view = new ByteArray(framed)
    setBytes(view, cookie, 0)
    setBytes(view, text, COOKIE_BYTES)
    post(framed)
  }

  const instance = new RunningPlugin({
    send,
    importDefault: async () => ((await import(entryUrl)) as { default?: unknown }).default,
    progress,
  })
  port.on('message', (payload: ArrayBuffer) => {
    const bytes = new ByteArray(payload)
    // A ping of the guardian's, which found this thread without a pause for too long.
    if (byteLength(bytes) === 0) return void (progress[PROGRESS.answered] = progress[PROGRESS.asked]!)
    const message = parse(decode(decoder, bytes)) as Exclude<HostMessage, EventBatch> | EncodedBatch
    if (message.kind !== 'runs') return instance.receive(message)
    instance.receive({ kind: 'batch', hops: message.hops, events: decodeRuns(message.runs, message.origin) })
  })
}
