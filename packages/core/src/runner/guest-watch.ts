import { HUNG_MS, MAX_STEP_MS, UNRESPONSIVE_MS } from '../guest-protocol/silence.ts'

/**
 * For this long after the host itself was delayed, no guest counts as hung: its thread may have waited for the host to
 * read.
 */
const HEARD_AGAIN_MS = 2_000

export type Responsiveness = 'responsive' | 'unresponsive' | 'hung'

/** Measures a guest's silence, by its guardian's heartbeats and by the host's own ticks [SV1.b]. */
export class GuestWatch {
  #lastTick: number
  /** Null until the first heartbeat: until then the deadline of its start holds. */
  #guardianMs: number | null = null
  #threadMs = 0
  #excusedUntil = 0

  /** @param now milliseconds of a monotonic clock, as in `tick` */
  constructor(now: number) {
    this.#lastTick = now
  }

  /** Whose silence it is: the guardian's, when not even it is heard. */
  get silent(): 'guardian' | 'thread' {
    return (this.#guardianMs ?? 0) >= UNRESPONSIVE_MS ? 'guardian' : 'thread'
  }

  /** The guardian lives, and its thread has given no sign of life for so long. */
  heartbeat(threadSilentMs: number): void {
    this.#guardianMs = 0
    this.#threadMs = threadSilentMs
  }

  /**
   * Resets the silence, because the guest was asked for something that keeps it from answering, such as a heap
   * snapshot.
   */
  excuse(now: number): void {
    this.#lastTick = now
    this.heartbeat(0)
  }

  /** @param waiting the guest could run but was given no processor: that is not its silence */
  tick(now: number, { waiting }: { readonly waiting: boolean }): Responsiveness {
    const passed = now - this.#lastTick
    const step = passed > MAX_STEP_MS ? 0 : passed
    this.#lastTick = now
    if (passed > MAX_STEP_MS) this.#excusedUntil = now + HEARD_AGAIN_MS
    if (this.#guardianMs !== null && !waiting) this.#guardianMs += step
    // Below 3 s the value of the last heartbeat is used as it is: the next heartbeat brings an exact one.
    if (this.#threadMs >= UNRESPONSIVE_MS) this.#threadMs += step
    const silentMs = Math.max(this.#guardianMs ?? 0, this.#threadMs)
    if (silentMs >= HUNG_MS && now >= this.#excusedUntil) return 'hung'
    return silentMs >= UNRESPONSIVE_MS ? 'unresponsive' : 'responsive'
  }
}
