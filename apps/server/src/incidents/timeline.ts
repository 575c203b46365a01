import { clock } from '@plugboard/core'
import type { ErrorBrief, PluginFact, PluginUpdate } from '@plugboard/core'
import { MAX_STATE_CHANGES, type StateChange, type StateHistory } from '@plugboard/protocol'
import type { Logger } from 'pino'
import { Outbox } from '../store/outbox.ts'
import type { Store } from '../store/store.ts'
import type { TimelineEntry, TimelineRow } from '../store/tables/timeline.ts'
import { Tally } from '../store/tally.ts'

type Noted = Partial<TimelineEntry> & Pick<TimelineEntry, 'kind' | 'title'> & { readonly code: string }

/** How long what people and programs do in floods is added up before it becomes an entry. */
const SUM_MS = 60_000
const STATES_KEPT_MS = 24 * 3_600_000
const MAX_STATES_READ = 50_000

/** What happened, one row each, with its cause. */
export class Timeline {
  readonly #node: string
  readonly #store: Store
  readonly #outbox: Outbox<TimelineEntry>
  readonly #tally = new Tally<Noted>({
    periodMs: SUM_MS,
    keyOf: ({ at: _at, ...entry }) => JSON.stringify(entry),
    take: (entry, more) => {
      if (more === null) return this.add({ ...entry, detail: { ...entry.detail, times: 1 } })
      this.add({ ...entry, at: clock.epoch(), detail: { ...entry.detail, ...more } })
    },
  })
  /** The update of each plugin that is watched. */
  readonly #watched = new Map<string, string>()

  /** @param options `node`: this host's name */
  constructor(store: Store, { node, log }: { readonly node: string; readonly log: Logger }) {
    this.#node = node
    this.#store = store
    this.#outbox = new Outbox({
      name: 'timeline',
      among: store.outboxes,
      delayMs: 200,
      capacity: 50_000,
      log,
      write: (entries) => store.timeline.add(entries),
    })
  }

  add(entry: Noted): void {
    this.#outbox.push({
      at: clock.epoch(),
      node: this.#node,
      pluginId: null,
      severity: 'info',
      actor: null,
      incidentId: null,
      detail: null,
      ...entry,
    })
  }

  /** For what comes in floods: the first is an entry at once, and equal ones within the next minute become one more. */
  count(entry: Noted): void {
    this.#tally.count(entry)
  }

  /** @param incidentId the incident that a failure is part of */
  takeFact(fact: PluginFact, incidentId: number | null): void {
    const { node, id: pluginId, at } = fact
    if (fact.type === 'state') {
      const detail = { state: fact.to, error: fact.error }
      // On its way to error it carries the reason already: that is told once.
      if (!fact.error || fact.to !== 'error')
        return this.add({
          kind: 'state',
          code: 'state',
          at,
          node,
          pluginId,
          title: `State changed to ${fact.to}.`,
          detail,
        })
      const title = fact.error.message
      this.add({ kind: 'state', code: 'failed', at, node, pluginId, title, severity: 'bad', incidentId, detail })
    } else if (fact.type === 'responsiveness') {
      if (fact.responsive) {
        this.add({ kind: 'failure', code: 'responsive', at, node, pluginId, title: 'It responds again.' })
        return
      }
      const title = 'It has given no sign of life for 3 s.'
      this.add({ kind: 'failure', code: 'silent', at, node, pluginId, title, severity: 'warning' })
    } else if (fact.type === 'update') {
      const { from, to, phase, resumes } = fact.update
      // Watched for its whole time again, also by a restart, it has taken over once.
      const watched = phase === 'watching' ? `${from} ${to} ${resumes}` : null
      const isTold = watched !== null && this.#watched.get(pluginId) === watched
      if (watched === null) this.#watched.delete(pluginId)
      else this.#watched.set(pluginId, watched)
      const entry = isTold ? null : updateEntry(fact.update)
      if (entry) this.add({ kind: 'version', at, node, pluginId, incidentId, ...entry })
    } else if (fact.type === 'release' && !fact.byUpdate) {
      const { version: now, changes } = fact
      const title = `Its plugin.json has changed: ${changes.map(({ sentence }) => sentence).join(', ')}.`
      const fields = changes.map(({ field }) => field)
      this.add({ kind: 'version', code: 'release', at, node, pluginId, title, detail: { now, fields } })
    }
  }

  /** A server that ended without a word is part of what happened. */
  async noteStart(): Promise<void> {
    const [last] = await this.#store.timeline.list({ kind: 'server', limit: 1 })
    if (last && last.detail?.event !== 'stopped') {
      const title = 'The previous run of the server ended without a clean stop.'
      this.add({ kind: 'server', code: 'server-vanished', severity: 'bad', title })
    }
    this.add({ kind: 'server', code: 'server-started', title: 'The server started.', detail: { event: 'started' } })
  }

  noteStop(): void {
    this.add({ kind: 'server', code: 'server-stopped', title: 'The server stopped.', detail: { event: 'stopped' } })
  }

  /** For readers: recent entries are on disk afterwards, where the store works. */
  async catchUp(): Promise<void> {
    await this.#outbox.catchUp()
  }

  /** The states of the last 24 hours, by plugin. */
  async recentStates(now: number): Promise<ReadonlyMap<string, StateHistory>> {
    const since = now - STATES_KEPT_MS
    const rows = await this.#store.timeline.recentStates({ since, limit: MAX_STATES_READ })
    const groups = Map.groupBy(rows.toReversed(), ({ pluginId }) => pluginId ?? '')
    return new Map([...groups].map(([id, group]) => [id, group.map(stateChangeOf)]))
  }

  /** The states of plugins since a moment, and the one that each was in then. */
  async statesSince(ids: readonly string[], from: number): Promise<Record<string, StateHistory>> {
    await this.catchUp()
    const states = await this.#store.timeline.states({ ids: [...new Set(ids)], from, limit: MAX_STATE_CHANGES })
    return Object.fromEntries(states.map(([id, rows]) => [id, rows.map(stateChangeOf)]))
  }

  async close(): Promise<void> {
    this.#tally.close()
    await this.#outbox.close()
  }
}

/** What a phase of an update is in the history; nothing while it is under way. */
function updateEntry({ from, to, phase, state, verdict, metrics, resumes }: PluginUpdate): Omit<Noted, 'kind'> | null {
  const detail = { from, to, state, verdict, metrics }
  switch (phase) {
    case 'watching':
      if (resumes > 0)
        return { code: 'update-resumed', title: `${to} is watched anew after the end of the server.`, detail }
      return { code: 'update-watching', title: `${to} has taken over from ${from}.`, detail }
    case 'settled':
      return { code: 'update-settled', title: `${to} was kept. ${verdict?.message ?? ''}`.trim(), detail }
    case 'rolled-back':
      return {
        code: 'update-rolled-back',
        severity: 'bad',
        title: `${from} is back. ${verdict?.message ?? ''}`.trim(),
        detail,
      }
    case 'failed':
      return {
        code: 'update-failed',
        severity: 'bad',
        title: `${to} did not take over. ${verdict?.message ?? ''}`.trim(),
        detail,
      }
    default:
      return null
  }
}

/** @param row of the kind `state`; an older one has the message of its error alone, as `reason` */
function stateChangeOf({ at, detail }: TimelineRow): StateChange {
  const { state, error, reason } = detail as unknown as Pick<StateChange, 'state'> & {
    readonly error?: ErrorBrief | null
    readonly reason?: string | null
  }
  if (error !== undefined) return { at, state, error }
  return { at, state, error: reason == null ? null : { code: '', message: reason, details: null } }
}
