/** How many messages one socket may send a second. */
const MESSAGES_PER_SECOND = 100

/** Counts the messages of one socket; above the budget they are refused. */
export class MessageBudget {
  #second = 0
  #count = 0

  take(now = Date.now()): boolean {
    const second = Math.floor(now / 1_000)
    if (second !== this.#second) {
      this.#second = second
      this.#count = 0
    }
    this.#count += 1
    return this.#count <= MESSAGES_PER_SECOND
  }
}
