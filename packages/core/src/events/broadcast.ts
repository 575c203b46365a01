import type { EventFate } from '../tracing/trace.ts'

/** What became of one event, over all plugins that were active and subscribed when it was published. */
export interface BroadcastOutcome {
  readonly delivered: number
  /** The handler failed, its process died, or the result is unknown. */
  readonly failed: number
  /** Dropped from a full mailbox, or discarded when its plugin was stopped. */
  readonly dropped: number
}

const COUNTED_AS: Readonly<Record<EventFate, keyof BroadcastOutcome>> = {
  handled: 'delivered',
  failed: 'failed',
  'in-doubt': 'failed',
  dropped: 'dropped',
  discarded: 'dropped',
}

/** Counts the outcomes of one event, and resolves once every receiver has reported its outcome. */
export class Broadcast {
  readonly outcome: Promise<BroadcastOutcome>
  readonly #counts = { delivered: 0, failed: 0, dropped: 0 }
  #resolve!: (outcome: BroadcastOutcome) => void
  #open = 1

  constructor() {
    this.outcome = new Promise((resolve) => (this.#resolve = resolve))
  }

  expect(): void {
    this.#open += 1
  }

  settle(fate: EventFate): void {
    this.#counts[COUNTED_AS[fate]] += 1
    this.#close()
  }

  /** All receivers are known. */
  seal(): void {
    this.#close()
  }

  #close(): void {
    this.#open -= 1
    if (this.#open === 0) this.#resolve({ ...this.#counts })
  }
}
