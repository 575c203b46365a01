import type { PluginFact, PluginManager } from '@plugboard/core'
import type { EventSink, EventSource, ShippedEvent, SourceDetail } from './event-source.ts'

/** Turns failures of plugins into events, so that another plugin can send notifications: `plugin.failed`, `plugin.recovered`. */
export class PluginFailures implements EventSource {
  readonly name = 'plugboard'
  readonly #manager: Pick<PluginManager, 'onDidChange'>
  readonly #failed = new Set<string>()

  constructor(manager: Pick<PluginManager, 'onDidChange'>) {
    this.#manager = manager
  }

  start(sink: EventSink, signal: AbortSignal): void {
    const stop = this.#manager.onDidChange((fact) => {
      const event = this.#eventOf(fact)
      if (event) sink.publish(event)
    })
    signal.addEventListener('abort', stop)
  }

  status(): SourceDetail {
    return { problem: null }
  }

  #eventOf(fact: PluginFact): ShippedEvent | null {
    const { id } = fact
    if (fact.type === 'unloaded') this.#failed.delete(id)
    if (fact.type !== 'state') return null
    if (fact.to === 'error' && fact.error) {
      this.#failed.add(id)
      const { error, nextRestartAt } = fact
      const message = error.message.slice(0, 1_024) || error.code
      return { type: 'plugin.failed', subject: id, data: { id, code: error.code, message, nextRestartAt } }
    }
    if (fact.to === 'active' && this.#failed.delete(id)) return { type: 'plugin.recovered', subject: id, data: { id } }
    // It was disabled: it neither fails nor recovers any more.
    if (fact.to === 'loaded') this.#failed.delete(id)
    return null
  }
}
