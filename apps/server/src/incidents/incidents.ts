import type { PluginFact, PluginManager } from '@plugboard/core'
import type { Logger } from 'pino'
import { Outbox } from '../store/outbox.ts'
import type { Store } from '../store/store.ts'
import type { IncidentRow } from '../store/tables/incidents.ts'
import { evidenceOf } from '../views.ts'
import { IncidentBook } from './incident-book.ts'

const KNOWN_FROM_BEFORE = 200

interface IncidentsOptions {
  readonly store: Store
  readonly manager: PluginManager
  readonly log: Logger
  readonly onChange: (incident: IncidentRow) => void
}

/** The incidents of all plugins, on disk, and told to whoever looks. */
export class Incidents {
  readonly #manager: PluginManager
  readonly #book: IncidentBook
  readonly #outbox: Outbox<IncidentRow>
  readonly #onChange: IncidentsOptions['onChange']

  private constructor(book: IncidentBook, { store, manager, log, onChange }: IncidentsOptions) {
    this.#manager = manager
    this.#book = book
    this.#onChange = onChange
    this.#outbox = new Outbox({
      name: 'incidents',
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
    return new Incidents(new IncidentBook(neighbours, { lastId, known: [...recent, ...open] }), options)
  }

  /** After a restore: what was open of plugins that are gone is over. */
  closeGone(): void {
    const isLoaded = (id: string): boolean => this.#manager.getPlugin(id) !== undefined
    for (const closed of this.#book.closeGone(isLoaded, Date.now())) this.#tell(closed)
  }

  /** @returns the incident that the plugin is in now, if any */
  takeFact(fact: PluginFact): number | null {
    const changed = this.#book.takeFact(fact)
    if (changed) this.#tell(changed)
    return this.#book.openOf(fact.id)?.id ?? null
  }

  #tell(incident: IncidentRow): void {
    this.#outbox.push(incident)
    this.#onChange(incident)
  }

  /** For who reads: what was just told is on disk then, where it can be. */
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
