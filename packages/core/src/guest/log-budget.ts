import { RateLimit } from '../util/rate-limit.ts'
import { LOG_BURST, LOGS_PER_SECOND } from '../guest-protocol/message.ts'

// Taken before the plugin is imported: it may replace the globals.
const { performance, setTimeout } = globalThis

const TELL_AFTER_MS = 1_000

/** Drops log entries beyond so many a second where they are made, and tells how many those were. */
export class LogBudget {
  readonly #limit = new RateLimit(LOGS_PER_SECOND, performance.now(), LOG_BURST)
  readonly #tell: (dropped: number) => void
  #dropped = 0

  constructor(tell: (dropped: number) => void) {
    this.#tell = tell
  }

  /** Whether one more entry may be sent. */
  take(): boolean {
    if (this.#limit.take(performance.now())) return true
    if (this.#dropped === 0) setTimeout(() => this.flush(), TELL_AFTER_MS).unref()
    this.#dropped += 1
    return false
  }

  /** Tells what was dropped and not told yet. */
  flush(): void {
    if (this.#dropped === 0) return
    this.#tell(this.#dropped)
    this.#dropped = 0
  }
}
