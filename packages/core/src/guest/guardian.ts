// The main thread of a guest process. It owns the channel to the host on fd 3 and the thread the plugin runs in.
// Arguments: the plugin's id, for who looks at a list of processes, and how to start the thread.
import { Worker } from 'node:worker_threads'
import type { ThreadOptions } from './message.ts'

const [, , , threadOptions] = process.argv
const { execArgv, heapLimitMb } = JSON.parse(threadOptions!) as ThreadOptions
// Until its boot message the thread runs our code only.
const thread = new Worker(new URL(import.meta.url.replace(/guardian\.(js|ts)$/, 'boot.$1')), {
  execArgv: [...execArgv],
  env: {},
  resourceLimits: { maxOldGenerationSizeMb: heapLimitMb },
})
const online = new Promise<void>((resolve) => thread.once('online', resolve))

// All the rest is loaded while the thread starts: that takes as long.
const { connectToHost } = await import('./host-connection.ts')
connectToHost(thread, online)
