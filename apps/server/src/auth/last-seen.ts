import { clock } from '@plugboard/core'
import type { Logger } from 'pino'
import { Outbox } from '../store/outbox.ts'
import type { Store } from '../store/store.ts'
import type { LastSeenRow } from '../store/tables/last-seen.ts'

const NOTED_EVERY_MS = 60_000

/** When each account was used last, to the minute. An open board counts as use. */
export class LastSeen {
  readonly #store: Store
  readonly #outbox: Outbox<LastSeenRow>
  readonly #at: Map<string, number>

  private constructor(store: Store, log: Logger, rows: readonly LastSeenRow[]) {
    this.#store = store
    this.#at = new Map(rows.map(({ accountId, at }) => [accountId, at]))
    this.#outbox = new Outbox({
      name: 'uses of accounts',
      among: store.outboxes,
      delayMs: 1_000,
      capacity: 1_000,
      log,
      write: (marks) => store.lastSeen.mark(marks),
    })
  }

  /** @throws StoreError */
  static async open(store: Store, log: Logger): Promise<LastSeen> {
    return new LastSeen(store, log, await store.lastSeen.list())
  }

  /** Epoch milliseconds; null: never. */
  of(accountId: string): number | null {
    return this.#at.get(accountId) ?? null
  }

  mark(accountId: string): void {
    const at = clock.epoch()
    if (at - (this.of(accountId) ?? 0) < NOTED_EVERY_MS) return
    this.#at.set(accountId, at)
    this.#outbox.push({ accountId, at })
  }

  /** @throws StoreError */
  async forget(accountId: string): Promise<void> {
    this.#at.delete(accountId)
    await this.#outbox.flush()
    await this.#store.lastSeen.remove({ accountId })
  }

  async close(): Promise<void> {
    await this.#outbox.close()
  }
}
