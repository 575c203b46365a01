import type { ErrorBrief, PluginFact } from '@plugboard/core'
import type { IncidentRow } from '../store/tables/incidents.ts'

/** The same failure that soon after a recovery is still the same incident. */
const REOPEN_MS = 10 * 60_000
/** How long a plugin has been silent when that is told. */
const SILENT_MS = 3_000
/** No error of the wire: an incident has it. */
const UPDATE_TAKEN_BACK = 'UPDATE_TAKEN_BACK'

/** What the tracker must know about a failing plugin and its neighbours. */
export interface Neighbours {
  /** What a plugin needs, directly or through others. */
  dependenciesOf(id: string): readonly string[]
  /** Running plugins that need it. */
  dependentsOf(id: string): readonly string[]
  /** Whether it is enabled. */
  isWanted(id: string): boolean
  /** What is left of its failure. */
  evidenceOf(id: string): IncidentRow['evidence']
}

/**
 * Groups failures into incidents. An incident lasts from a plugin's first failure until the plugin is active, disabled
 * or unloaded. If a dependency is down at that time, its incident is the root.
 */
export class IncidentTracker {
  readonly #neighbours: Neighbours
  /** The last incident of each plugin, open or closed. */
  readonly #last = new Map<string, IncidentRow>()
  readonly #nextId: () => number
  /** Of plugins that do not respond: since when. */
  readonly #silentSince = new Map<string, number>()

  /** @param options `known`: the last failures of the former run, in any order */
  constructor(
    neighbours: Neighbours,
    { nextId, known }: { readonly nextId: () => number; readonly known: readonly IncidentRow[] },
  ) {
    this.#neighbours = neighbours
    this.#nextId = nextId
    for (const incident of known.toSorted((a, b) => a.id - b.id)) this.#last.set(incident.pluginId, incident)
  }

  /** The incident that has changed by this fact, if any. */
  takeFact(fact: PluginFact): IncidentRow | null {
    const { node, id, at } = fact
    if (fact.type === 'unloaded') return this.#close(id, at)
    if (fact.type === 'responsiveness') {
      if (fact.responsive) this.#silentSince.delete(id)
      else this.#silentSince.set(id, at - SILENT_MS)
      return null
    }
    if (fact.type === 'update') return this.#takeUpdate(fact)
    if (fact.type !== 'state') return null
    if (fact.to === 'error' && fact.error) return this.#fail({ node, pluginId: id }, at, fact.error)
    if (fact.to === 'active') return this.#close(id, at)
    // An enabled plugin becomes `loaded` when a server starts or stops. That closes no incident.
    return fact.to === 'loaded' && !this.#neighbours.isWanted(id) ? this.#close(id, at) : null
  }

  /** A version that is taken back for what it did is an incident until the former one goes on. */
  #takeUpdate({ node, id: pluginId, at, update }: Extract<PluginFact, { type: 'update' }>): IncidentRow | null {
    const { phase, from, to, verdict } = update
    if (phase === 'rolled-back') return this.#close(pluginId, at)
    if (phase !== 'rolling-back' || verdict?.result !== 'bad' || verdict.metric === 'manual') return null
    const message = `${to} was taken back to ${from}. ${verdict.message}`
    const details = { from, to, metric: verdict.metric, reason: verdict.message }
    return this.#fail({ node, pluginId }, at, { code: UPDATE_TAKEN_BACK, message, details })
  }

  /** Closes the incidents of plugins that are not loaded: no fact about such a plugin will follow. */
  closeGone(isLoaded: (id: string) => boolean, at: number): IncidentRow[] {
    const gone = [...this.#last.values()].filter((last) => last.closedAt === null && !isLoaded(last.pluginId))
    return gone.map((last) => this.#note({ ...last, closedAt: at }))
  }

  openOf(id: string): IncidentRow | null {
    const last = this.#last.get(id)
    return last && last.closedAt === null ? last : null
  }

  #fail({ node, pluginId }: Pick<IncidentRow, 'node' | 'pluginId'>, at: number, error: ErrorBrief): IncidentRow {
    const last = this.#last.get(pluginId)
    const evidence = this.#neighbours.evidenceOf(pluginId)
    const isRelapse =
      last && last.closedAt !== null && at - last.closedAt <= REOPEN_MS && last.error.code === error.code
    if (last && (last.closedAt === null || isRelapse)) {
      const again = {
        ...last,
        error,
        lastAt: at,
        closedAt: null,
        occurrences: last.occurrences + 1,
        evidence,
      }
      // On a relapse, look for the root again: the former root may have recovered.
      return this.#note(last.closedAt === null ? again : { ...again, ...this.#surroundingsOf(pluginId) })
    }
    return this.#note({
      id: this.#nextId(),
      node,
      pluginId,
      error,
      openedAt: this.#beganAt(pluginId, at, error),
      lastAt: at,
      closedAt: null,
      occurrences: 1,
      ...this.#surroundingsOf(pluginId),
      evidence,
    })
  }

  /** A hang began when the plugin fell silent, and was noticed later. */
  #beganAt(pluginId: string, at: number, { code }: ErrorBrief): number {
    const silentSince = this.#silentSince.get(pluginId)
    this.#silentSince.delete(pluginId)
    return code === 'PLUGIN_HUNG' && silentSince !== undefined ? silentSince : at
  }

  #surroundingsOf(pluginId: string): Pick<IncidentRow, 'rootId' | 'affected'> {
    return { rootId: this.#rootOf(pluginId), affected: this.#neighbours.dependentsOf(pluginId) }
  }

  #close(pluginId: string, at: number): IncidentRow | null {
    const open = this.openOf(pluginId)
    return open && this.#note({ ...open, closedAt: at })
  }

  #rootOf(pluginId: string): number | null {
    for (const needed of this.#neighbours.dependenciesOf(pluginId)) {
      const open = this.openOf(needed)
      if (open) return open.rootId ?? open.id
    }
    return null
  }

  #note(incident: IncidentRow): IncidentRow {
    this.#last.set(incident.pluginId, incident)
    return incident
  }
}
