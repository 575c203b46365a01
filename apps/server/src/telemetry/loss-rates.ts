import { LOSS_METRICS, type LossMetric } from '@plugboard/protocol'

/** Counts that never fall, of one plugin. */
export interface LossCounts {
  readonly dropped: number
  readonly discarded: number
  readonly inDoubt: number
  /** Published while it was not running. */
  readonly missed: number
  /** Publications of the plugin that were refused. */
  readonly publishesRefused: number
}

export type LossRates = Readonly<Record<LossMetric, number>>

const COUNT_OF: Readonly<Record<LossMetric, keyof LossCounts>> = {
  droppedPerSecond: 'dropped',
  discardedPerSecond: 'discarded',
  inDoubtPerSecond: 'inDoubt',
  missedPerSecond: 'missed',
  refusedPerSecond: 'publishesRefused',
}

const NONE: LossCounts = { dropped: 0, discarded: 0, inDoubt: 0, missed: 0, publishesRefused: 0 }

/** What one plugin has lost between two samples. */
export class LossWindow {
  #last: LossCounts = NONE
  #lastNow: number | null = null

  /**
   * @param now milliseconds of a monotonic clock
   * @returns what is new, as counts and per second
   */
  sample(now: number, counts: LossCounts): { readonly lost: LossCounts; readonly rates: LossRates } {
    const seconds = this.#lastNow === null ? 1 : Math.max(0.001, (now - this.#lastNow) / 1_000)
    const since = (name: keyof LossCounts): number => Math.max(0, counts[name] - this.#last[name])
    const lost = {
      dropped: since('dropped'),
      discarded: since('discarded'),
      inDoubt: since('inDoubt'),
      missed: since('missed'),
      publishesRefused: since('publishesRefused'),
    }
    const { dropped, discarded, inDoubt, missed, publishesRefused } = counts
    this.#last = { dropped, discarded, inDoubt, missed, publishesRefused }
    this.#lastNow = now
    const rates = LOSS_METRICS.map((metric) => [metric, lost[COUNT_OF[metric]] / seconds])
    return { lost, rates: Object.fromEntries(rates) as LossRates }
  }
}
