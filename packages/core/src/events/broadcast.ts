/** What became of one event, over all plugins that were active and subscribed when it was published. */
export interface BroadcastOutcome {
  readonly delivered: number
  /** The handler failed, its process died, or the result is unknown. */
  readonly failed: number
  /** Dropped from a full mailbox, or discarded when its plugin was stopped. */
  readonly dropped: number
}

export type Fate = keyof BroadcastOutcome

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

  settle(fate: Fate): void {
    this.#counts[fate] += 1
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
