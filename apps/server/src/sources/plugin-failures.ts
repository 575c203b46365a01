import type { PluginFact, PluginManager } from '@plugboard/core'
import type { EventSink, EventSource, ShippedEvent, SourceDetail } from './event-source.ts'

/** Says of which plugins nobody is to be told for now. */
export interface Silenced {
  /** Whether it is one of them; what is held back is counted. */
  holdBack(pluginId: string): boolean
  /** `silence` is null when it is over. */
  onDidChange(listener: (change: { readonly pluginId: string; readonly silence: object | null }) => void): () => void
}

/**
 * Turns failures of plugins into events, so that another plugin can send notifications: `plugin.failed`,
 * `plugin.recovered`. A failure of a silenced plugin is told when the silence ends, if it is still there.
 */
export class PluginFailures implements EventSource {
  readonly name = 'plugboard'
  readonly #manager: Pick<PluginManager, 'onDidChange'>
  readonly #silences: Silenced
  /** Plugins whose failure was told. */
  readonly #failed = new Set<string>()
  /** By plugin: its failure that was not told because it is silenced. */
  readonly #heldBack = new Map<string, ShippedEvent>()

  constructor(manager: Pick<PluginManager, 'onDidChange'>, silences: Silenced) {
    this.#manager = manager
    this.#silences = silences
  }

  start(sink: EventSink, signal: AbortSignal): void {
    const stop = this.#manager.onDidChange((fact) => {
      const event = this.#eventOf(fact)
      if (event) sink.publish(event)
    })
    const stopListening = this.#silences.onDidChange(({ pluginId, silence }) => {
      const event = this.#heldBack.get(pluginId)
      if (silence || !event) return
      this.#heldBack.delete(pluginId)
      this.#failed.add(pluginId)
      sink.publish(event)
    })
    signal.addEventListener('abort', () => {
      stop()
      stopListening()
    })
  }

  status(): SourceDetail {
    return { problem: null }
  }

  #eventOf(fact: PluginFact): ShippedEvent | null {
    const { id } = fact
    if (fact.type === 'unloaded') this.#forget(id)
    if (fact.type !== 'state') return null
    if (fact.to === 'error' && fact.error) {
      const { error, nextRestartAt } = fact
      const message = error.message.slice(0, 1_024) || error.code
      const event = {
        type: 'plugin.failed',
        subject: id,
        data: { id, code: error.code, message, nextRestartAt },
      } as const
      if (this.#silences.holdBack(id)) {
        this.#heldBack.set(id, event)
        return null
      }
      this.#failed.add(id)
      return event
    }
    if (fact.to === 'active') this.#heldBack.delete(id)
    if (fact.to === 'active' && this.#failed.delete(id)) return { type: 'plugin.recovered', subject: id, data: { id } }
    // It was disabled: it neither fails nor recovers any more.
    if (fact.to === 'loaded') this.#forget(id)
    return null
  }

  #forget(id: string): void {
    this.#failed.delete(id)
    this.#heldBack.delete(id)
  }
}
