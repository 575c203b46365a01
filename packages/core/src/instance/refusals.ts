const TELL_EVERY_MS = 10_000

interface Refused {
  count: number
  /** Why the last one was refused. */
  why: string
}

/** Collects what was refused to an instance, so that its log says so once in a while, and not each time. */
export class Refusals {
  readonly #refused = new Map<string, Refused>()
  #toldAt = -Infinity

  /** @param what in the plural, such as `publications` */
  add(what: string, why: string, count = 1): void {
    const known = this.#refused.get(what)
    if (!known) this.#refused.set(what, { count, why })
    else {
      known.count += count
      known.why = why
    }
  }

  /** Sentences for the log; none if there is nothing to say, or if something was said less than 10 s ago. @param now milliseconds of a monotonic clock */
  take(now: number): string[] {
    if (this.#refused.size === 0 || now - this.#toldAt < TELL_EVERY_MS) return []
    this.#toldAt = now
    const told = [...this.#refused].map(([what, { count, why }]) => `${count} ${what} were refused: ${why}`)
    this.#refused.clear()
    return told
  }
}
