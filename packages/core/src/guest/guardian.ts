// The main thread of a guest process. It starts the thread that the plugin runs in, watches it and tells the host what
// it sees. Its argument is the plugin's id, for readers of a process list.
import { closeSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { guard } from './guard.ts'
import { PROGRESS } from '../guest-protocol/progress.ts'
import { GUARDIAN_FD, readOrders, type GuardianOrders } from '../guest-protocol/orders.ts'

// Read before there is a plugin that could read them.
const { cookie, execArgv, env, heapLimitMb, closeFds } = readOrders(GUARDIAN_FD) as GuardianOrders
// The permission model does not cover descriptors: a plugin could read from each that is open.
for (const fd of closeFds) closeSync(fd)
const progress = new Float64Array(new SharedArrayBuffer(Object.keys(PROGRESS).length * Float64Array.BYTES_PER_ELEMENT))
const thread = new Worker(join(import.meta.dirname, 'boot.cjs'), {
  workerData: progress,
  execArgv: [...execArgv],
  env: { ...env },
  resourceLimits: { maxOldGenerationSizeMb: heapLimitMb },
})
const online = new Promise<void>((resolve) => thread.once('online', resolve))
guard({ thread, online, progress, cookie: Uint8Array.fromHex(cookie) })
