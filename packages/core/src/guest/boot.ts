// The first code of a plugin thread. It imports node's modules only: what comes later resolves through its hook.
import { registerHooks } from 'node:module'
import { parentPort as port, type MessagePort } from 'node:worker_threads'
import { lockDown } from './lockdown.ts'
import type { BootOrders } from './message.ts'

const SDK = '@plugboard/plugin-sdk'

export interface BootMessage {
  readonly port: MessagePort
  readonly cookie: Uint8Array
  readonly orders: BootOrders
  readonly progress: Float64Array
}

const parent = port!
parent.once('message', ({ port: hostPort, cookie, orders, progress }: BootMessage) => {
  parent.close()
  const { entryUrl, sdkUrl, sources, fullTrust } = orders
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === SDK ? { url: sdkUrl, shortCircuit: true } : next(specifier, context),
    load: (url, context, next) =>
      Object.hasOwn(sources, url)
        ? { format: 'module', source: sources[url]!, shortCircuit: true }
        : next(url, context),
  })
  lockDown({ fullTrust })
  void import('./plugin-thread.ts').then(({ runPluginThread }) =>
    runPluginThread({ port: hostPort, cookie, entryUrl, progress }),
  )
})
