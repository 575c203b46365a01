import { mergeIncidents, type IncidentList, type IncidentView } from '@plugboard/protocol'
import type { IncidentRow } from '../store/tables/incidents.ts'
import { incidentView } from '../views/incident.ts'
import type { TopicHub } from './topic-hub.ts'

const TOPIC = 'incidents'

/** The `incidents` topic: the last ones, and each as it changes. */
export class LiveIncidents {
  readonly #hub: TopicHub
  #list: IncidentList

  /** @param known the incidents of the former run */
  constructor(hub: TopicHub, known: readonly IncidentRow[]) {
    this.#hub = hub
    this.#list = mergeIncidents([], { changed: known.map(incidentView) })
  }

  snapshot(): IncidentList {
    return this.#list
  }

  takeIncident(incident: IncidentRow): void {
    const changed: readonly IncidentView[] = [incidentView(incident)]
    this.#list = mergeIncidents(this.#list, { changed })
    this.#hub.publish(TOPIC, { changed })
  }
}
