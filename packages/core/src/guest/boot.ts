// The first code of a plugin thread.
import { parentPort, workerData } from 'node:worker_threads'
import { lockDown } from './lockdown.ts'
import { ModuleHooks } from './module-hooks.ts'
import { PROGRESS } from '../guest-protocol/progress.ts'
import { readOrders, THREAD_IN_FD, type ThreadOrders } from '../guest-protocol/orders.ts'
import { runPluginThread } from './plugin-thread.ts'

const progress = workerData as Float64Array
// Answers a ping. The guardian sends one when this thread's event loop was not idle since the last check. Its number is
// random: a plugin that gets hold of the port can forge a ping, but not the right answer.
parentPort!.on('message', (number: number) => void (progress[PROGRESS.answered] = number))

const { cookie, entryUrl, sdkUrl, sources, fullTrust } = readOrders(THREAD_IN_FD) as ThreadOrders
const hooks = new ModuleHooks({ sdkUrl, sources })
lockDown({ fullTrust })
runPluginThread({ cookie: Uint8Array.fromHex(cookie), entryUrl, hooks, progress })
