import type { PluginFact } from '@plugboard/core'
import type { StateHistory } from '@plugboard/protocol'
import type { Logger } from 'pino'
import { Outbox } from '../store/outbox.ts'
import type { Store } from '../store/store.ts'
import type { TimelineEntry } from '../store/tables/timeline.ts'

type Noted = Partial<TimelineEntry> & Pick<TimelineEntry, 'kind' | 'title'>

const STATES_KEPT_MS = 24 * 3_600_000
const MAX_STATES_READ = 50_000

/** What happened, one row each, with its cause. */
export class Timeline {
  readonly #store: Store
  readonly #outbox: Outbox<TimelineEntry>

  constructor(store: Store, log: Logger) {
    this.#store = store
    this.#outbox = new Outbox({
      name: 'timeline',
      delayMs: 200,
      capacity: 50_000,
      log,
      write: (entries) => store.timeline.add(entries),
    })
  }

  add(entry: Noted): void {
    this.#outbox.push({
      at: Date.now(),
      pluginId: null,
      severity: 'info',
      actor: null,
      incidentId: null,
      detail: null,
      ...entry,
    })
  }

  /** @param incidentId the incident that a failure is part of */
  takeFact(fact: PluginFact, incidentId: number | null): void {
    const { id: pluginId, at } = fact
    if (fact.type === 'state') {
      const detail = { state: fact.to, reason: fact.error?.message ?? null }
      // On its way to error it carries the reason already: that is told once.
      if (!fact.error || fact.to !== 'error')
        return this.add({ kind: 'state', at, pluginId, title: `It is ${fact.to}.`, detail })
      const title = fact.error.message
      this.add({ kind: 'state', at, pluginId, title, severity: 'bad', incidentId, detail })
    } else if (fact.type === 'responsiveness') {
      const title = fact.responsive ? 'It gives signs of life again.' : 'It has given no sign of life for 3 s.'
      this.add({ kind: 'failure', at, pluginId, title, severity: fact.responsive ? 'info' : 'warning' })
    }
  }

  /** A server that ended without a word is part of what happened. */
  async noteStart(): Promise<void> {
    const [last] = await this.#store.timeline.list({ kind: 'server', limit: 1 })
    if (last && last.detail?.event !== 'stopped') {
      this.add({ kind: 'server', severity: 'bad', title: 'The server had ended without stopping in order.' })
    }
    this.add({ kind: 'server', title: 'The server started.', detail: { event: 'started' } })
  }

  noteStop(): void {
    this.add({ kind: 'server', title: 'The server stopped.', detail: { event: 'stopped' } })
  }

  /** For who reads: what was just told is on disk then, where it can be. */
  async catchUp(): Promise<void> {
    await this.#outbox.catchUp()
  }

  /** The states of the last 24 hours, by plugin. */
  async recentStates(now: number): Promise<ReadonlyMap<string, StateHistory>> {
    const since = now - STATES_KEPT_MS
    const rows = await this.#store.timeline.list({ kind: 'state', since, limit: MAX_STATES_READ })
    const groups = Map.groupBy(rows.toReversed(), ({ pluginId }) => pluginId ?? '')
    return new Map(
      [...groups].map(([id, group]) => [
        id,
        group.map(({ at, detail }) => ({ at, ...(detail as unknown as Pick<StateHistory[0], 'state' | 'reason'>) })),
      ]),
    )
  }

  async close(): Promise<void> {
    await this.#outbox.close()
  }
}
