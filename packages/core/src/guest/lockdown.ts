import { syncBuiltinESMExports } from 'node:module'

/**
 * Removes functions that the permission model does not cover and that affect more than the plugin's thread. Runs once,
 * before the plugin is imported. Measured on Node 26.10: signals to any process, priorities, V8 flags, messages to
 * other threads, handles.
 */
export function lockDown({ fullTrust }: { readonly fullTrust: boolean }): void {
  const processNames = ['_debugProcess', '_debugEnd', '_getActiveHandles', '_getActiveRequests']
  if (!fullTrust) processNames.push('kill', '_kill')
  for (const name of processNames) removeFrom(process, name)

  removeFrom(process.getBuiltinModule('node:os'), 'setPriority')
  const v8 = process.getBuiltinModule('node:v8')
  // An unrolled `for (;;) new Array(1000).fill(1.5)` takes no interrupt and could not be stopped. Set here, where v8 is
  // loaded anyway: as a flag of the process it would cost Node's own modules their code cache, 10 ms of each start.
  v8.setFlagsFromString('--no-turboshaft-loop-unrolling')
  removeFrom(v8, 'setFlagsFromString')
  // It hands out any object of the thread, ours included.
  removeFrom(v8, 'queryObjects')
  const threads = process.getBuiltinModule('node:worker_threads')
  for (const name of ['postMessageToThread', 'parentPort', 'workerData']) removeFrom(threads, name)
  syncBuiltinESMExports()
}

function removeFrom(target: object, name: string): void {
  Object.defineProperty(target, name, { value: undefined, writable: false, configurable: false })
}
