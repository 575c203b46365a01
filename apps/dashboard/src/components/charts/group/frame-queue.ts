/** Does one thing per frame: several charts that are drawn in one would block it. */
export class FrameQueue {
  readonly #waiting: (() => void)[] = []
  #isScheduled = false

  /** @returns takes it out again */
  add(draw: () => void): () => void {
    this.#waiting.push(draw)
    if (!this.#isScheduled) this.#schedule()
    return () => {
      const at = this.#waiting.indexOf(draw)
      if (at >= 0) this.#waiting.splice(at, 1)
    }
  }

  #schedule(): void {
    this.#isScheduled = true
    requestAnimationFrame(() => this.#next())
  }

  #next(): void {
    this.#isScheduled = false
    this.#waiting.shift()?.()
    if (this.#waiting.length > 0) this.#schedule()
  }
}
