import { clock } from '../util/clock.ts'

/** Counts that never decrease, at one moment. */
export interface FlowCounts {
  readonly accepted: number
  readonly processed: number
  readonly dropped: number
  readonly discarded: number
  readonly inDoubt: number
  readonly missed: number
  readonly refused: number
  /** Dead letters that gave way to newer ones. */
  readonly evicted: number
}

/** What was counted in the last minute, or since the plugin was loaded, if that is shorter. */
export interface RecentFlow extends FlowCounts {
  readonly seconds: number
  /** When events began to be dropped, epoch milliseconds; null if none was dropped in the last minute. */
  readonly droppingSince: number | null
}

const WINDOW_MS = 60_000
const STEP_MS = 1_000

interface Sample {
  readonly at: number
  readonly counts: FlowCounts
}

/**
 * The counts of the last minute, from samples of the totals: one a second. So events themselves cost nothing.
 */
export class FlowWindow {
  /** The oldest first; never empty. */
  readonly #samples: Sample[]
  #droppingSince: number | null = null

  /** @param now when all counts are 0, in milliseconds of a monotonic clock */
  constructor(now: number) {
    const counts = {
      accepted: 0,
      processed: 0,
      dropped: 0,
      discarded: 0,
      inDoubt: 0,
      missed: 0,
      refused: 0,
      evicted: 0,
    }
    this.#samples = [{ at: now, counts }]
  }

  /** @param now as for the constructor */
  sample(now: number, counts: FlowCounts): void {
    const last = this.#samples.at(-1)!
    if (now - last.at < STEP_MS) return
    if (counts.dropped > last.counts.dropped) this.#droppingSince ??= clock.epoch()
    this.#samples.push({ at: now, counts })
    while (this.#samples.length > 1 && this.#samples[1]!.at <= now - WINDOW_MS) this.#samples.shift()
    if (counts.dropped === this.#samples[0]!.counts.dropped) this.#droppingSince = null
  }

  recent(): RecentFlow {
    const [first, last] = [this.#samples[0]!, this.#samples.at(-1)!]
    const difference = (name: keyof FlowCounts): number => last.counts[name] - first.counts[name]
    return {
      seconds: (last.at - first.at) / 1_000,
      accepted: difference('accepted'),
      processed: difference('processed'),
      dropped: difference('dropped'),
      discarded: difference('discarded'),
      inDoubt: difference('inDoubt'),
      missed: difference('missed'),
      refused: difference('refused'),
      evicted: difference('evicted'),
      droppingSince: this.#droppingSince,
    }
  }
}
