import { clock } from '@plugboard/core'
import type { Logger } from 'pino'
import { Outbox } from '../store/outbox.ts'
import type { Store } from '../store/store.ts'
import type { AuditEntry } from '../store/tables/audit.ts'

/** How long acts that are only counted are added up before they become a row. */
const SUM_MS = 10_000
/** Bounds the memory that a caller with constantly changing addresses can use. */
const MAX_SUMS = 1_000

interface Sum {
  readonly entry: AuditEntry
  times: number
}

/** Who did what: every change and every refusal becomes a row that is never changed. */
export class AuditTrail {
  readonly #outbox: Outbox<AuditEntry>
  readonly #sums = new Map<string, Sum>()
  readonly #timer: NodeJS.Timeout

  constructor(store: Store, log: Logger) {
    this.#outbox = new Outbox({
      name: 'audit',
      among: store.outboxes,
      delayMs: 0,
      capacity: 100_000,
      log,
      write: (entries) => store.audit.append(entries),
    })
    this.#timer = setInterval(() => this.#writeSums(), SUM_MS).unref()
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
    const { at: _at, detail: _detail, ...who } = entry
    const key = JSON.stringify(who)
    const sum = this.#sums.get(key)
    if (sum) {
      sum.times += 1
    } else {
      this.#outbox.push(entry)
      this.#sums.set(key, { entry, times: 0 })
    }
    if (this.#sums.size > MAX_SUMS) {
      this.#writeSums()
      this.#sums.clear()
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    this.#writeSums()
    await this.#outbox.close()
  }

  #writeSums(): void {
    for (const [key, { entry, times }] of this.#sums) {
      // Callers that have stopped start at 0 again. The counts of the others continue.
      if (times === 0) this.#sums.delete(key)
      else {
        this.#outbox.push({ ...entry, at: clock.epoch(), detail: { ...entry.detail, times } })
        this.#sums.set(key, { entry, times: 0 })
      }
    }
  }
}
