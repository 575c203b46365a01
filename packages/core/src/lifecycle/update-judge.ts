import type { InstanceCounters } from '../accounting/instance-counters.ts'
import type { Mailbox } from '../accounting/mailbox.ts'
import { isLargerThan, upperBound, type Share } from '../accounting/sequential-test.ts'
import type { UpdateMetrics, Verdict } from '../plugin/update.ts'

/** False alarms of each of the three tests; 1 % together. */
const ALPHA = { errors: 0.004, latency: 0.003, dropped: 0.003 }
/** A share may be larger than before by so much. */
const TOLERANCE = 0.01
/** The limit for errors of a version whose predecessor had none in so many events: what health tolerates. */
const UNKNOWN_ERROR_RATE = 0.1
const MIN_WITHOUT_ERRORS = 30
/** The first seconds of an instance are slower: its code is not compiled yet, and its queue is that of the hand-over. */
const WARM_UP_MS = 3_000
/** A latency or loss has to last for so many looks, half a second apart: a burst or a stall of the machine is not the version's. */
const LOOKS = 6
/** Of events with a known latency, before it is compared. */
const MIN_LATENCIES = 100
/** Share of the events that may be slower than the 95th percentile of before, doubled. */
const SLOW_SHARE = 0.05
const SLOW_FACTOR = 2
const SLOW_EXTRA_MS = 1
/** Memory may be so much more than before; beyond that it must not grow any further. */
const MEMORY_FACTOR = 1.5
const MEMORY_EXTRA_BYTES = 16 * 1_048_576
/** Growth is judged by the lowest reading of each of the last windows of so many looks: what is collected is no leak. */
const MEMORY_LOOKS = 6
const MEMORY_WINDOWS = 3
const MEMORY_GROWTH = 1.02
/** So many events are enough to say that a version is good. */
const ENOUGH_EVENTS = 200

interface UpdateJudgeOptions {
  readonly before: UpdateMetrics
  /** Of the new version. */
  readonly counters: InstanceCounters
  readonly mailbox: Mailbox
  /** Milliseconds of a monotonic clock, as of all methods. */
  readonly now: number
}

/** Compares a new version with the one before while it is watched. */
export class UpdateJudge {
  readonly #before: UpdateMetrics
  readonly #counters: InstanceCounters
  readonly #mailbox: Mailbox
  readonly #since: number
  readonly #atStart: Accepted
  readonly #slowMs: number
  /** At the end of the warm-up. */
  #warm: { readonly slow: Share; readonly accepted: Accepted } | null = null
  readonly #slow = new LastingShare()
  readonly #dropped = new LastingShare()
  readonly #memory: number[] = []

  constructor({ before, counters, mailbox, now }: UpdateJudgeOptions) {
    this.#before = before
    this.#counters = counters
    this.#mailbox = mailbox
    this.#since = now
    this.#atStart = acceptedBy(mailbox)
    this.#slowMs = (before.p95Ms ?? 0) * SLOW_FACTOR + SLOW_EXTRA_MS
  }

  get before(): UpdateMetrics {
    return this.#before
  }

  /** How many events are handled, and whether that is enough to compare. */
  get hasSeenEnough(): boolean {
    return this.#counters.eventsProcessed >= ENOUGH_EVENTS
  }

  after(now: number): UpdateMetrics {
    const { eventsProcessed: handled, errorCount: failed } = this.#counters
    const counts = minusAccepted(acceptedBy(this.#mailbox), this.#atStart)
    return { ...metricsOf(this.#counters), ...counts, forMs: now - this.#since, handled, failed }
  }

  /** Called twice a second. @returns a verdict where the version is worse than the one before */
  look(now: number): Verdict | null {
    const isWarm = now - this.#since >= WARM_UP_MS
    if (isWarm) this.#warm ??= { slow: this.#slower(), accepted: acceptedBy(this.#mailbox) }
    return (
      this.#judgeErrors() ?? (isWarm ? (this.#judgeDropped() ?? this.#judgeLatency() ?? this.#judgeMemory(now)) : null)
    )
  }

  /** Nothing was worse until now: whether that means anything. */
  conclude(now: number): Verdict {
    const { handled, failed, forMs } = this.after(now)
    const seconds = Math.round(forMs / 1_000)
    if (this.hasSeenEnough) {
      const message = `It handled ${handled} events in ${seconds} s, ${percent(failed / handled)} of them failed; nothing is worse than before.`
      return { result: 'good', metric: 'events', message, error: null }
    }
    const message = `It handled ${handled} events in ${seconds} s: too few to compare it. Nothing spoke against it.`
    return { result: 'unsure', metric: 'time', message, error: null }
  }

  #judgeErrors(): Verdict | null {
    const before = { hits: this.#before.failed, trials: this.#before.handled }
    const { eventsProcessed: trials, errorCount: hits } = this.#counters
    const known = upperBound(before)
    const isClean = before.hits === 0 && before.trials >= MIN_WITHOUT_ERRORS
    const limit = (isClean ? Math.min(known, UNKNOWN_ERROR_RATE) : known) + TOLERANCE
    if (limit >= 1 || !isLargerThan(limit, { hits, trials }, ALPHA.errors)) return null
    return bad('error-rate', `${percent(hits / trials)} of ${trials} events failed; before: ${shown(before)}.`)
  }

  #judgeLatency(): Verdict | null {
    const { p95Ms, handled } = this.#before
    if (p95Ms === null || handled < MIN_LATENCIES) return null
    const share = minus(this.#slower(), this.#warm!.slow)
    if (!this.#slow.isLargerThan(SLOW_SHARE, share, ALPHA.latency)) return null
    const now = milliseconds(this.#counters.latency.p95Ms ?? 0)
    const message = `${percent(share.hits / share.trials)} of ${share.trials} events took longer than ${milliseconds(this.#slowMs)}. The 95th percentile is ${now}; before: ${milliseconds(p95Ms)}.`
    return bad('latency', message)
  }

  #judgeDropped(): Verdict | null {
    const before = { hits: this.#before.dropped, trials: this.#before.accepted }
    const share = droppedOf(minusAccepted(acceptedBy(this.#mailbox), this.#warm!.accepted))
    const limit = (before.trials === 0 ? 0 : upperBound(before)) + TOLERANCE
    if (limit >= 1 || !this.#dropped.isLargerThan(limit, share, ALPHA.dropped)) return null
    const message = `${percent(share.hits / share.trials)} of ${share.trials} events were dropped from its queue; before: ${shown(before)}.`
    return bad('dropped', message)
  }

  #judgeMemory(at: number): Verdict | null {
    const { memoryBytes: before, forMs } = this.#before
    const now = this.#counters.usage?.memoryBytes ?? null
    // A former one that was younger had not taken all that it needs.
    if (before === null || now === null || forMs < at - this.#since) return null
    this.#memory.push(now)
    if (this.#memory.length > MEMORY_LOOKS * MEMORY_WINDOWS) this.#memory.shift()
    if (now <= before * MEMORY_FACTOR + MEMORY_EXTRA_BYTES || !growsSteadily(this.#memory)) return null
    return bad('memory', `It holds ${megabytes(now)}, and that grows steadily; before: ${megabytes(before)}.`)
  }

  #slower(): Share {
    return this.#counters.slowerThan(this.#slowMs)
  }
}

/** A share that is too large as a whole, and has been so in each of the last looks in which anything happened. */
class LastingShare {
  #before: Share = { hits: 0, trials: 0 }
  #looks = 0

  isLargerThan(limit: number, share: Share, alpha: number): boolean {
    const { hits, trials } = minus(share, this.#before)
    this.#before = share
    if (trials > 0) this.#looks = hits / trials > limit ? this.#looks + 1 : 0
    return this.#looks >= LOOKS && isLargerThan(limit, share, alpha)
  }
}

interface Accepted {
  readonly accepted: number
  readonly dropped: number
}

/** What is known of an instance besides what is counted. */
export function metricsOf({ latency, usage }: InstanceCounters): Pick<UpdateMetrics, 'p95Ms' | 'memoryBytes'> {
  return { p95Ms: latency.p95Ms, memoryBytes: usage?.memoryBytes ?? null }
}

function growsSteadily(readings: readonly number[]): boolean {
  if (readings.length < MEMORY_LOOKS * MEMORY_WINDOWS) return false
  const lowest = Array.from({ length: MEMORY_WINDOWS }, (_, index) =>
    Math.min(...readings.slice(index * MEMORY_LOOKS, (index + 1) * MEMORY_LOOKS)),
  )
  return lowest.every((low, index) => index === 0 || low > lowest[index - 1]! * MEMORY_GROWTH)
}

function acceptedBy({ counts: { accepted, dropped } }: Mailbox): Accepted {
  return { accepted, dropped }
}

function minusAccepted(now: Accepted, before: Accepted): Accepted {
  return { accepted: now.accepted - before.accepted, dropped: now.dropped - before.dropped }
}

function minus(now: Share, before: Share): Share {
  return { hits: now.hits - before.hits, trials: now.trials - before.trials }
}

/** What is dropped may have been accepted before. */
function droppedOf({ accepted, dropped }: Accepted): Share {
  return { hits: dropped, trials: Math.max(accepted, dropped) }
}

function bad(metric: Verdict['metric'], message: string): Verdict {
  return { result: 'bad', metric, message, error: null }
}

function shown({ hits, trials }: Share): string {
  return trials === 0 ? 'unknown' : `${percent(hits / trials)} of ${trials}`
}

function percent(share: number): string {
  const value = share * 100
  return `${value === 0 || value >= 10 ? Math.round(value) : Number(value.toPrecision(2))} %`
}

function milliseconds(value: number): string {
  return `${Number(value.toPrecision(2))} ms`
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1_048_576)} MiB`
}
