import type { PluginEvent } from '@plugboard/plugin-sdk'
import type { Receipt } from '../guest/message.ts'
import type { ThrownInfo } from '../guest/thrown.ts'
import { PluginError } from '../plugin-error.ts'
import { PluginCounters, type PluginStats, type RestartReason } from '../plugin-stats.ts'
import { AcceptedEvent } from './accepted-event.ts'
import { DeadLetters, type DeadLetter } from './dead-letters.ts'
import { Mailbox, type OverflowPolicy, type Progress } from './mailbox.ts'

export interface PluginEventsOptions {
  readonly pluginId: string
  readonly mailboxCapacity: number
  readonly overflow: OverflowPolicy
  readonly deadLetterCapacity: number
  readonly quietMs: number
  /** From before, the oldest first. */
  readonly letters: readonly DeadLetter[]
  readonly onBuried: (letter: DeadLetter) => void
  readonly onTaken: (letterId: string) => void
}

/** All events of one plugin across its instances, and the accounts of them: mailbox, figures, dead letters. */
export class PluginEvents {
  readonly mailbox: Mailbox
  readonly counters: PluginCounters
  readonly #options: PluginEventsOptions
  readonly #letters: DeadLetters
  /** How many events of this instance a receipt has covered. */
  #settledOfInstance = 0

  constructor(options: PluginEventsOptions) {
    this.#options = options
    this.counters = new PluginCounters(options.quietMs)
    this.#letters = new DeadLetters(options.deadLetterCapacity, options.letters)
    this.mailbox = new Mailbox({
      capacity: options.mailboxCapacity,
      overflow: options.overflow,
    })
  }

  /** A new instance begins; null: the plugin's first one. */
  begin(reason: RestartReason | null): void {
    this.counters.begin(reason)
    this.#settledOfInstance = 0
  }

  /** False when the receipt is not to be believed. */
  settle(receipt: Receipt): boolean {
    const failed = this.mailbox.settle(receipt)
    if (!failed) return false
    this.#settledOfInstance += receipt.handled
    this.counters.add(receipt, Date.now())
    // Told last: who hears of a dead letter finds the accounts in order.
    for (const { event, error } of failed) this.#bury('handler-failed', [event], error)
    return true
  }

  /** The instance is gone without having accounted for what is in flight [EV7]. */
  settleDeath(progress: Progress | null, error: ThrownInfo): void {
    const { finished, inHand, inDoubt } = this.mailbox.settleDeath(progress, this.#settledOfInstance)
    this.counters.count({ processed: finished, failed: 0 }, Date.now())
    if (inHand) {
      this.counters.count({ processed: 1, failed: 1 }, Date.now())
      this.#bury('guest-died', [inHand], error)
    }
    if (inDoubt.length > 0) this.#bury('in-doubt', inDoubt, error)
  }

  /** Newest first. */
  letters(): DeadLetter[] {
    return this.#letters.list()
  }

  /** @throws PluginError `DEAD_LETTER_NOT_FOUND` */
  checkLetter(letterId: string): void {
    const { pluginId } = this.#options
    if (this.#letters.has(letterId)) return
    throw new PluginError('DEAD_LETTER_NOT_FOUND', `${pluginId} has no dead letter ${letterId}`, { id: letterId })
  }

  /** @throws PluginError `DEAD_LETTER_NOT_FOUND` */
  takeLetter(letterId: string): DeadLetter {
    this.checkLetter(letterId)
    const letter = this.#letters.take(letterId)!
    this.#options.onTaken(letterId)
    return letter
  }

  /** Accepts the events of a dead letter once more, outside their broadcast. */
  replay(events: readonly PluginEvent[]): void {
    for (const event of events) {
      const { id, at, source, ...body } = event
      this.mailbox.accept(new AcceptedEvent(body, { id, at, source }, { hops: 0, broadcast: null }))
    }
  }

  stats(): PluginStats {
    const letters = { kept: this.#letters.size, evicted: this.#letters.evicted }
    return this.counters.snapshot(this.mailbox.counts, letters, Date.now())
  }

  #bury(reason: DeadLetter['reason'], events: readonly AcceptedEvent[], error: ThrownInfo): void {
    const letter = { reason, events: events.map(({ event }) => event), error, at: Date.now() }
    this.#options.onBuried(this.#letters.add(letter))
  }
}
