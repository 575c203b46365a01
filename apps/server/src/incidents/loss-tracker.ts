import { eventsLost } from '@plugboard/protocol'
import type { IncidentRow } from '../store/tables/incidents.ts'
import type { LossCounts } from '../telemetry/loss-rates.ts'

/** The code of an incident in which a plugin loses events. */
export const EVENTS_LOST = 'EVENTS_LOST'

type Lost = Omit<LossCounts, 'publishesRefused'>

const NOTHING: Lost = { dropped: 0, discarded: 0, inDoubt: 0, missed: 0 }

/** An incident is over when nothing has been lost for this long. */
const QUIET_MS = 5 * 60_000
/** While a plugin loses events, its incident is told anew this often. */
const UPDATE_MS = 5_000

interface Loss {
  incident: IncidentRow
  toldAt: number
}

/** Groups the events that a plugin loses into incidents: one lasts from the first loss until nothing is lost for 5 min. */
export class LossTracker {
  readonly #open = new Map<string, Loss>()
  readonly #nextId: () => number

  /** @param known open incidents of the former run */
  constructor(nextId: () => number, known: readonly IncidentRow[]) {
    this.#nextId = nextId
    for (const incident of known) {
      if (incident.error.code === EVENTS_LOST) this.#open.set(incident.pluginId, { incident, toldAt: 0 })
    }
  }

  /**
   * Called once a second.
   * @param losses of each plugin that is loaded, since the last call
   * @returns the incidents that have opened, closed, or are to be told anew
   */
  take(node: string, at: number, losses: ReadonlyMap<string, Lost>): IncidentRow[] {
    const told: IncidentRow[] = []
    for (const [pluginId, lost] of losses) {
      const open = this.#open.get(pluginId)
      if (eventsLost(lost) > 0) told.push(...this.#add({ node, pluginId }, at, lost))
      else if (open && at - open.incident.lastAt >= QUIET_MS) told.push(this.#close(open))
      else if (open && open.toldAt < open.incident.lastAt && at - open.toldAt >= UPDATE_MS)
        told.push(this.#tell(open, at))
    }
    for (const [pluginId, open] of this.#open) if (!losses.has(pluginId)) told.push(this.#close(open))
    return told
  }

  #add(
    { node, pluginId }: { readonly node: string; readonly pluginId: string },
    at: number,
    lost: Lost,
  ): IncidentRow[] {
    const open = this.#open.get(pluginId)
    // An incident of an earlier version knows fewer causes.
    const before = { ...NOTHING, ...(open?.incident.error.details as Lost | undefined) }
    const details = {
      dropped: before.dropped + lost.dropped,
      discarded: before.discarded + lost.discarded,
      inDoubt: before.inDoubt + lost.inDoubt,
      missed: before.missed + lost.missed,
    }
    const error = { code: EVENTS_LOST, message: describe(details), details }
    if (open) {
      open.incident = { ...open.incident, error, lastAt: at }
      return at - open.toldAt >= UPDATE_MS ? [this.#tell(open, at)] : []
    }
    const incident: IncidentRow = {
      id: this.#nextId(),
      node,
      pluginId,
      error,
      openedAt: at,
      lastAt: at,
      closedAt: null,
      occurrences: 1,
      rootId: null,
      affected: [],
      evidence: null,
    }
    this.#open.set(pluginId, { incident, toldAt: at })
    return [incident]
  }

  #tell(open: Loss, at: number): IncidentRow {
    open.toldAt = at
    return open.incident
  }

  /** The time of the last loss is when it was over. */
  #close({ incident }: Loss): IncidentRow {
    this.#open.delete(incident.pluginId)
    return { ...incident, closedAt: incident.lastAt }
  }
}

const written = new Intl.NumberFormat('en')

function describe({ dropped, discarded, inDoubt, missed }: Lost): string {
  const parts = [
    ...(dropped > 0 ? [`${written.format(dropped)} dropped from a full queue`] : []),
    ...(discarded > 0 ? [`${written.format(discarded)} discarded when it stopped`] : []),
    ...(inDoubt > 0 ? [`${written.format(inDoubt)} with an unknown result`] : []),
    ...(missed > 0 ? [`${written.format(missed)} published while it was not running`] : []),
  ]
  const total = dropped + discarded + inDoubt + missed
  return `${written.format(total)} ${total === 1 ? 'event was' : 'events were'} lost: ${parts.join(', ')}.`
}
