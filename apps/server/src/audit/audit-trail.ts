import { clock } from '@plugboard/core'
import type { Logger } from 'pino'
import { Outbox } from '../store/outbox.ts'
import type { Store } from '../store/store.ts'
import type { AuditEntry } from '../store/tables/audit.ts'
import { Tally } from '../store/tally.ts'

/** How long acts that are only counted are added up before they become a row. */
const SUM_MS = 10_000

/** Who did what: every change and every refusal becomes a row that is never changed. */
export class AuditTrail {
  readonly #outbox: Outbox<AuditEntry>
  readonly #tally: Tally<AuditEntry>

  constructor(store: Store, log: Logger) {
    this.#outbox = new Outbox({
      name: 'audit',
      among: store.outboxes,
      delayMs: 0,
      capacity: 100_000,
      log,
      write: (entries) => store.audit.append(entries),
    })
    this.#tally = new Tally({
      periodMs: SUM_MS,
      keyOf: ({ at: _at, detail: _detail, ...who }) => JSON.stringify(who),
      take: (entry, more) =>
        this.#outbox.push(
          more === null ? entry : { ...entry, at: clock.epoch(), detail: { ...entry.detail, times: more.times } },
        ),
    })
  }

  /**
   * Writes the entry and never rejects, because the operation is already done. While the store cannot write, the entry
   * waits in memory.
   */
  async record(entry: AuditEntry): Promise<void> {
    this.#outbox.push(entry)
    await this.#outbox.catchUp()
  }

  /**
   * For acts that come in floods, such as published events or wrong passwords: the first is a row at once, and equal ones
   * within the next 10 s become one more.
   */
  count(entry: AuditEntry): void {
    this.#tally.count(entry)
  }

  async close(): Promise<void> {
    this.#tally.close()
    await this.#outbox.close()
  }
}
