import type { PluginFact } from '@plugboard/core'
import type { EventBody } from '@plugboard/plugin-sdk'

/** Turns what befalls plugins into events, so that another plugin can tell somebody: `plugin.failed`, `plugin.recovered`. */
export class PluginFailures {
  readonly #publish: (event: EventBody) => void
  readonly #failed = new Set<string>()

  constructor(publish: (event: EventBody) => void) {
    this.#publish = publish
  }

  takeFact(fact: PluginFact): void {
    const { id } = fact
    if (fact.type === 'unloaded') this.#failed.delete(id)
    if (fact.type !== 'state') return
    if (fact.to === 'error' && fact.error) {
      this.#failed.add(id)
      const { error, nextRestartAt } = fact
      this.#tell('plugin.failed', { id, code: error.code, message: error.message, nextRestartAt })
    }
    if (fact.to === 'active' && this.#failed.delete(id)) this.#tell('plugin.recovered', { id })
    // Somebody has disabled it: it neither fails nor recovers any more.
    if (fact.to === 'loaded') this.#failed.delete(id)
  }

  #tell(eventType: string, data: Extract<EventBody, { type: 'custom' }>['data']): void {
    this.#publish({ type: 'custom', eventType, data })
  }
}
