import type { AcceptedEvent } from '../events/accepted-event.ts'
import { hopsOf, traceKeysOf } from '../events/encoded-batch.ts'
import type { HostMessage, ThreadMessage } from '../guest-protocol/message.ts'
import { PROGRESS } from '../guest-protocol/progress.ts'
import { RunningPlugin } from '../guest/running-plugin.ts'
import { PluginError } from '../errors/plugin-error.ts'
import { guestFiles } from './guest-files.ts'
import { importPlugin } from './native-import.ts'
import type { Runner, RunnerOptions } from './runner.ts'
import { parseThreadMessage } from './thread-message.ts'

let instances = 0

/** Runs a plugin in the host's own thread [IS1.a]. Nothing protects the host from it, and its memory cannot be measured separately. */
export class InlineRunner implements Runner {
  readonly pid = null
  readonly encodes = false
  readonly isSilent = false
  readonly #id: string
  readonly #instance: RunningPlugin
  #ended = false

  constructor({ id, entryUrl, stateFile, onMessage }: RunnerOptions) {
    this.#id = id
    // A new query makes a new module: each instance begins with fresh module state, as it does in a guest.
    const receive = (message: ThreadMessage): void => {
      if (!this.#ended) onMessage(message)
    }
    const url = `${entryUrl}?instance=${(instances += 1)}`
    this.#instance = new RunningPlugin({
      send: receive,
      sendText: (text) => receive(parseThreadMessage(text)),
      // Once it has ended, the number may be that of another file.
      stateFd: () => {
        if (this.#ended) throw new Error(`${id} has ended`)
        return stateFile.open()
      },
      importEntry: () => importPlugin(url, guestFiles().sdkUrl),
      progress: new Float64Array(Object.keys(PROGRESS).length),
    })
  }

  send(message: Exclude<HostMessage, { kind: 'batch' }>): void {
    this.#instance.receive(message)
  }

  sendBatch(events: readonly AcceptedEvent[]): void {
    const [hops, traceKeys] = [hopsOf(events), traceKeysOf(events)]
    this.#instance.receive({ kind: 'batch', hops, traceKeys, events: events.map(({ event }) => event) })
  }

  /** The usage of an inline plugin cannot be separated from that of its host. */
  inspect(): null {
    return null
  }

  record(): never {
    const message = `${this.#id} runs inline: profile the host instead`
    throw new PluginError('RECORDING_FAILED', message, { id: this.#id })
  }

  violate(reason: string): void {
    throw new Error(`an inline plugin broke the protocol: ${reason}`)
  }

  async end(): Promise<void> {
    this.#ended = true
  }
}
