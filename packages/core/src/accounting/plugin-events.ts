import { clock } from '../util/clock.ts'
import type { PluginEvent } from '@plugboard/plugin-sdk'
import type { AcceptedEvent } from '../events/accepted-event.ts'
import type { Receipt } from '../guest-protocol/message.ts'
import type { Progress } from '../guest-protocol/progress.ts'
import type { ThrownInfo } from '../guest-protocol/thrown.ts'
import type { ByteBudget } from './byte-budget.ts'
import type { DeadLetter } from './dead-letters.ts'
import { FlowWindow } from './flow-window.ts'
import { InstanceCounters, type HandledCount } from './instance-counters.ts'
import { Mailbox, type OverflowPolicy } from './mailbox.ts'
import type { PluginStats, RestartReason } from './plugin-stats.ts'
import { PluginLetters, type PluginLettersOptions } from './plugin-letters.ts'
import { PluginTotals } from './plugin-totals.ts'
import type { Window } from './window.ts'

export interface PluginEventsOptions extends Omit<PluginLettersOptions, 'mailbox'> {
  readonly mailboxCapacity: number
  readonly mailboxBytes: number
  readonly overflow: OverflowPolicy
  readonly quietMs: number
  /** Over all plugins. */
  readonly budgets: EventBudgets
}

/** The bounds over all plugins, in bytes. */
export interface EventBudgets {
  readonly mailboxes: ByteBudget
  readonly deadLetters: ByteBudget
}

/** What is counted while an instance gets the events of its plugin. */
export interface CountsOfStay {
  readonly forMs: number
  readonly handled: number
  readonly failed: number
  readonly accepted: number
  readonly dropped: number
}

/** What an instance has in flight, and what it has done. */
export interface InstanceAccounts {
  readonly window: Window
  readonly counters: InstanceCounters
}

/** All events of one plugin across its instances, and their accounts: mailbox, counters, dead letters. */
export class PluginEvents {
  readonly mailbox: Mailbox
  readonly letters: PluginLetters
  readonly totals = new PluginTotals()
  readonly #flow = new FlowWindow(clock.now())
  readonly #options: PluginEventsOptions
  /** Of the instance that began last; all 0 before the first one. */
  #latest: InstanceCounters
  /** When that began, and what had been counted then. */
  #shownAt: Omit<CountsOfStay, 'forMs'> & { readonly at: number }

  constructor(options: PluginEventsOptions) {
    this.#options = options
    this.#latest = new InstanceCounters(options.quietMs)
    const { mailboxCapacity: capacity, mailboxBytes: capacityBytes, overflow, budgets } = options
    this.mailbox = new Mailbox(options.pluginId, { capacity, capacityBytes, overflow }, budgets.mailboxes)
    this.letters = new PluginLetters({ ...options, mailbox: this.mailbox })
    this.#shownAt = { at: clock.now(), ...this.#countsOf(this.#latest) }
  }

  /** Counters for a new instance, which the plugin's stats show from now on. @param reason null: it is the plugin's first one */
  begin(reason: RestartReason | null): InstanceCounters {
    if (reason) this.totals.restarted(reason)
    this.show(this.counters())
    return this.#latest
  }

  /** Counters for an instance that is made beside another one. */
  counters(): InstanceCounters {
    return new InstanceCounters(this.#options.quietMs)
  }

  /** The plugin's stats are those of this instance from now on. */
  show(counters: InstanceCounters): void {
    this.#latest = counters
    this.#shownAt = { at: clock.now(), ...this.#countsOf(counters) }
  }

  /** What has been counted since the stats are those of this instance. */
  sinceShown(): CountsOfStay {
    const { at, ...before } = this.#shownAt
    const now = this.#countsOf(this.#latest)
    return {
      forMs: clock.now() - at,
      handled: now.handled - before.handled,
      failed: now.failed - before.failed,
      accepted: now.accepted - before.accepted,
      dropped: now.dropped - before.dropped,
    }
  }

  /** False when the receipt is not to be believed. */
  settle({ window, counters }: InstanceAccounts, receipt: Receipt): boolean {
    const failed = this.mailbox.settle(window, receipt)
    if (!failed) return false
    for (const latency of [counters, this.totals]) latency.addLatency(receipt.latency)
    this.#count(counters, { processed: receipt.handled, failed: failed.length })
    // Announced last, so that a listener sees counters that already include the dead letter.
    for (const { event, error } of failed) this.#bury('handler-failed', [event], error)
    return true
  }

  /** The instance is gone without having accounted for what was in flight to it [EV7.a]. */
  settleDeath({ window, counters }: InstanceAccounts, progress: Progress | null, error: ThrownInfo): void {
    const { finished, inHand, inDoubt } = this.mailbox.settleDeath(window, progress, error)
    this.#count(counters, { processed: finished, failed: 0 })
    if (inHand) {
      this.#count(counters, { processed: 1, failed: 1 })
      this.#bury('guest-died', [inHand], error)
    }
    if (inDoubt.length > 0) this.#bury('in-doubt', inDoubt, error)
  }

  /** The plugin gives up an event that it has handled already. */
  giveUp(event: PluginEvent, error: ThrownInfo): void {
    this.letters.add('given-up', [event], error)
  }

  /** The plugin is unloaded: nothing of it is held any more. */
  release(): void {
    this.mailbox.discard()
    this.letters.release()
  }

  /** Called about twice a second. @param now milliseconds of a monotonic clock */
  inspect(now: number): void {
    const { publishesRefused: refused, eventsMissed: missed } = this.totals
    this.#flow.sample(now, { ...this.mailbox.counts, missed, refused, evicted: this.letters.evicted })
  }

  stats(): PluginStats {
    const now = clock.now()
    const instance = this.#latest
    const { usage } = instance
    const { accepted, dropped, discarded, inDoubt, queued, inFlight } = this.mailbox.counts
    return {
      eventsProcessed: instance.eventsProcessed,
      errorCount: instance.errorCount,
      errorsTowardLimit: instance.errorsTowardLimit(now),
      errorRate60s: this.totals.errorRate60s(now),
      memoryUsageBytes: usage?.memoryBytes ?? null,
      memory: usage && { rssBytes: usage.rssBytes, heap: usage.heap },
      cpuTimeUs: usage?.cpuTimeUs ?? null,
      cpuShare: instance.cpuShare,
      eventLoopUtilization: usage?.utilization ?? null,
      lastActivity: this.totals.lastActivity,
      mailboxDepth: queued,
      mailboxBytes: this.mailbox.heldBytes,
      inFlight,
      accepted,
      dropped,
      discarded,
      inDoubt,
      missed: this.totals.eventsMissed,
      publishesRefused: this.totals.publishesRefused,
      logsDropped: this.totals.logsDropped,
      lastMinute: this.#flow.recent(),
      deadLetters: this.letters.size,
      deadLetterBytes: this.letters.heldBytes,
      deadLettersEvicted: this.letters.evicted,
      latency: instance.latency,
      lifetime: this.totals.lifetime,
    }
  }

  #countsOf({ eventsProcessed: handled, errorCount: failed }: InstanceCounters): Omit<CountsOfStay, 'forMs'> {
    const { accepted, dropped } = this.mailbox.counts
    return { handled, failed, accepted, dropped }
  }

  #count(counters: InstanceCounters, handled: HandledCount): void {
    if (handled.processed === 0) return
    const now = clock.now()
    counters.count(handled, now)
    this.totals.count(handled, now, clock.epoch())
  }

  #bury(reason: DeadLetter['reason'], events: readonly AcceptedEvent[], error: ThrownInfo): void {
    this.letters.add(
      reason,
      events.map(({ event }) => event),
      error,
    )
  }
}
