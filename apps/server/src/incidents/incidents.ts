import { clock, Listeners, type PluginFact, type PluginManager } from '@plugboard/core'
import type { Dispose } from '@plugboard/plugin-sdk'
import type { Logger } from 'pino'
import { Outbox } from '../store/outbox.ts'
import type { Store } from '../store/store.ts'
import type { IncidentRow } from '../store/tables/incidents.ts'
import { evidenceOf } from '../views/incident.ts'
import type { LossCounts } from '../telemetry/loss-rates.ts'
import { IncidentTracker } from './incident-tracker.ts'
import { EVENTS_LOST, LossTracker } from './loss-tracker.ts'

const KNOWN_FROM_BEFORE = 200

interface IncidentsOptions {
  readonly store: Store
  readonly manager: PluginManager
  readonly log: Logger
}

/** The incidents of all plugins, on disk, and sent to subscribers. */
export class Incidents {
  readonly #manager: PluginManager
  readonly #tracker: IncidentTracker
  readonly #losses: LossTracker
  readonly #log: Logger
  readonly #outbox: Outbox<IncidentRow>
  readonly #listeners = new Listeners<IncidentRow>()

  private constructor(
    { tracker, losses }: { readonly tracker: IncidentTracker; readonly losses: LossTracker },
    { store, manager, log }: IncidentsOptions,
  ) {
    this.#manager = manager
    this.#tracker = tracker
    this.#losses = losses
    this.#log = log
    this.#outbox = new Outbox({
      name: 'incidents',
      among: store.outboxes,
      delayMs: 100,
      capacity: 10_000,
      log,
      write: (rows) => store.incidents.put(rows),
    })
  }

  static async open(options: IncidentsOptions): Promise<Incidents> {
    const { store, manager } = options
    const [lastId, recent, open] = await Promise.all([
      store.incidents.last(),
      store.incidents.list({ limit: KNOWN_FROM_BEFORE }),
      store.incidents.open(),
    ])
    const neighbours = {
      dependenciesOf: (id: string) => dependenciesOf(manager, id),
      dependentsOf: (id: string) => dependentsOf(manager, id),
      isWanted: (id: string) => manager.getPlugin(id)?.enabled ?? false,
      evidenceOf: (id: string) => evidenceOf(manager, id),
    }
    const failures = [...recent, ...open].filter(({ error }) => error.code !== EVENTS_LOST)
    let id = lastId
    const nextId = (): number => ++id
    const tracker = new IncidentTracker(neighbours, { nextId, known: failures })
    return new Incidents({ tracker, losses: new LossTracker(nextId, open) }, options)
  }

  /** Each incident that opens, closes or happens again. */
  onDidChange(listener: (incident: IncidentRow) => void): Dispose {
    return this.#listeners.add(listener)
  }

  /** After a restore: what was open of plugins that are gone is over. */
  closeGone(): void {
    const isLoaded = (id: string): boolean => this.#manager.getPlugin(id) !== undefined
    for (const closed of this.#tracker.closeGone(isLoaded, clock.epoch())) this.#tell(closed)
  }

  /** @returns the incident that the plugin is in now, if any */
  takeFact(fact: PluginFact): number | null {
    const changed = this.#tracker.takeFact(fact)
    if (changed) this.#tell(changed)
    return this.#tracker.openOf(fact.id)?.id ?? null
  }

  /** What each plugin has lost in the last second. @returns the incidents that have just opened */
  takeLosses(at: number, losses: ReadonlyMap<string, LossCounts>): readonly IncidentRow[] {
    const told = this.#losses.take(this.#manager.context.node, at, losses)
    for (const incident of told) this.#tell(incident)
    return told.filter(({ openedAt, closedAt }) => openedAt === at && closedAt === null)
  }

  #tell(incident: IncidentRow): void {
    this.#outbox.push(incident)
    this.#listeners.emit(incident, (err) => this.#log.error({ err }, 'a listener of incidents threw'))
  }

  /** For readers: recent entries are on disk afterwards, where the store works. */
  async catchUp(): Promise<void> {
    await this.#outbox.catchUp()
  }

  async close(): Promise<void> {
    await this.#outbox.close()
  }
}

/** Nearest first. */
function dependenciesOf(manager: PluginManager, id: string): string[] {
  const found = new Set<string>()
  const visit = (of: string): void => {
    const direct = manager.getPlugin(of)?.dependencies.filter((one) => !found.has(one)) ?? []
    for (const one of direct) found.add(one)
    for (const one of direct) visit(one)
  }
  visit(id)
  return [...found]
}

function dependentsOf(manager: PluginManager, id: string): string[] {
  return manager.getAllPlugins().flatMap(({ metadata, state }) => {
    return state === 'active' && dependenciesOf(manager, metadata.id).includes(id) ? [metadata.id] : []
  })
}
