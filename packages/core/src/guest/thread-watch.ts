import type { EventLoopUtilization } from 'node:perf_hooks'
import type { Worker } from 'node:worker_threads'
import type { Heartbeat, HeapUsage } from '../guest-protocol/message.ts'
import { PROGRESS } from '../guest-protocol/progress.ts'
import { MAX_STEP_MS, UNRESPONSIVE_MS } from '../guest-protocol/silence.ts'
import { within } from '../util/within.ts'

const TICK_MS = 500
const BEAT_MS = 1_000
/** While the thread idles: with a thousand plugins, most of them do. */
const IDLE_BEAT_MS = 2_000
/** An idle thread is not woken to ask for a heap that cannot have changed. */
const WORTH_READING_MS = 2

export interface ThreadWatchOptions {
  readonly worker: Worker
  readonly progress: Float64Array
  /** Asks the thread to put this number into `answered`. */
  readonly ping: (number: number) => void
  readonly onHeartbeat: (heartbeat: Heartbeat) => void
  /** Once for each time it falls silent. */
  readonly onSilent: () => void
}

/**
 * Watches the plugin thread from outside. The thread is alive if its event loop was idle since the last check, if it
 * finished an event, or if it answered the last ping. An idle thread is never woken.
 */
export class ThreadWatch {
  readonly #options: ThreadWatchOptions
  readonly #timer: NodeJS.Timeout
  #lastTick = performance.now()
  #lastBeat = 0
  #silentMs = 0
  #asked = 0
  #finished = 0
  #utilization: EventLoopUtilization
  #utilizationAtBeat: EventLoopUtilization
  #heap: HeapUsage | null = null
  #activeAtHeapRead = 0

  constructor(options: ThreadWatchOptions) {
    this.#options = options
    this.#utilization = options.worker.performance.eventLoopUtilization()
    this.#utilizationAtBeat = this.#utilization
    this.#timer = setInterval(() => this.#tick(performance.now()), TICK_MS)
    this.#heartbeat(this.#lastTick)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #tick(now: number): void {
    const { worker, progress, ping } = this.#options
    const before = this.#utilization
    this.#utilization = worker.performance.eventLoopUtilization()
    const step = Math.min(MAX_STEP_MS, now - this.#lastTick)
    this.#lastTick = now

    const rested = this.#utilization.idle > before.idle
    const finished = progress[PROGRESS.finished]!
    // Two long handlers can follow each other without a turn of the loop that would read a ping.
    const wentOn = finished !== this.#finished
    this.#finished = finished
    const answered = progress[PROGRESS.answered] === this.#asked
    if (rested || wentOn || answered) {
      const wasSilent = this.#silentMs >= UNRESPONSIVE_MS
      this.#silentMs = 0
      if (answered && !rested) {
        this.#asked = Math.random()
        ping(this.#asked)
      }
      if (wasSilent || this.#isHeartbeatDue(now)) this.#heartbeat(now)
      // Between two heartbeats, so that the next one has it.
      else void this.#readHeap()
      return
    }
    const wasSilent = this.#silentMs >= UNRESPONSIVE_MS
    this.#silentMs += step
    const isSilent = this.#silentMs >= UNRESPONSIVE_MS
    if (isSilent !== wasSilent || this.#isHeartbeatDue(now)) this.#heartbeat(now)
    if (isSilent && !wasSilent) this.#options.onSilent()
  }

  #heartbeat(now: number): void {
    const { worker, onHeartbeat } = this.#options
    const { utilization } = worker.performance.eventLoopUtilization(this.#utilization, this.#utilizationAtBeat)
    this.#utilizationAtBeat = this.#utilization
    this.#lastBeat = now
    onHeartbeat({
      kind: 'heartbeat',
      silentMs: Math.round(this.#silentMs),
      // The thread updates its figures while they are read, so the result can be slightly negative, or NaN.
      utilization: utilization > 0 ? Math.min(1, utilization) : 0,
      heap: this.#heap,
    })
  }

  /** A timer that fires a little early must not make every other heartbeat late. */
  #isHeartbeatDue(now: number): boolean {
    const isIdle = this.#utilization.active - this.#utilizationAtBeat.active < WORTH_READING_MS
    return now - this.#lastBeat >= (isIdle ? IDLE_BEAT_MS : BEAT_MS) - TICK_MS / 2
  }

  async #readHeap(): Promise<void> {
    const { active } = this.#utilization
    if (this.#heap && active - this.#activeAtHeapRead < WORTH_READING_MS) return
    this.#activeAtHeapRead = active
    const statistics = await within(this.#options.worker.getHeapStatistics(), BEAT_MS)
    if (!statistics) return
    this.#heap = {
      usedBytes: statistics.used_heap_size,
      totalBytes: statistics.total_heap_size,
      externalBytes: statistics.external_memory,
    }
  }
}
