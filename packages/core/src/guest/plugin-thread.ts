import { decodeRuns } from '../guest-protocol/event-codec.ts'
import { STATE_FD } from '../guest-protocol/orders.ts'
import type { ModuleHooks } from './module-hooks.ts'
import { RunningPlugin, type PluginExports } from './running-plugin.ts'
import { ThreadChannel } from './thread-channel.ts'

/** Connects the plugin's instance to the host. */
export function runPluginThread({
  cookie,
  entryUrl,
  hooks,
  progress,
}: {
  readonly cookie: Uint8Array
  readonly entryUrl: string
  readonly hooks: ModuleHooks
  readonly progress: Float64Array
}): void {
  const channel = new ThreadChannel(cookie, (message) => {
    if (message.kind !== 'runs') return instance.receive(message)
    const { hops, traceKeys, runs, timeBase } = message
    instance.receive({ kind: 'batch', hops, traceKeys, events: decodeRuns(runs, timeBase) })
  })
  const instance = new RunningPlugin({
    send: (message) => channel.send(message),
    sendText: (text) => channel.sendText(text),
    stateFd: () => STATE_FD,
    importEntry: async () => {
      try {
        return (await import(entryUrl)) as PluginExports
      } catch (thrown) {
        throw hooks.locate(thrown)
      }
    },
    progress,
  })
}
