import type { Trace, TraceReason, TraceSummary } from './trace.ts'
import { inMicroseconds } from './delivery.ts'
import type { Redact, TraceOfEvent, TracedEvent } from './traced-event.ts'

/** Of one trace, roughly. */
const MAX_BYTES = 262_144

export interface TraceRecordOptions {
  readonly id: number
  readonly reason: TraceReason
  /** Epoch milliseconds. */
  readonly startedAt: number
  readonly redact: Redact
  /** It holds so many bytes more. */
  readonly onGrown: (bytes: number) => void
}

/** An event that is followed, and what was published because of it. */
export class TraceRecord implements TraceOfEvent {
  readonly id: number
  readonly reason: TraceReason
  readonly redact: Redact
  readonly events: TracedEvent[] = []
  readonly #startedAt: number
  readonly #onGrown: (bytes: number) => void
  #bytes = 0
  #leftOut = 0

  constructor({ id, reason, startedAt, redact, onGrown }: TraceRecordOptions) {
    this.id = id
    this.reason = reason
    this.redact = redact
    this.#startedAt = startedAt
    this.#onGrown = onGrown
  }

  get beganAt(): number {
    return this.events[0]!.publishedAt
  }

  get bytes(): number {
    return this.#bytes
  }

  /** Something more belongs to it and is not followed. */
  leaveOut(): void {
    this.#leftOut += 1
  }

  /** Takes room for something more. The first event has it in any case. @returns false where the trace is full: it is left out */
  hold(bytes: number): boolean {
    if (this.#bytes > 0 && this.#bytes + bytes > MAX_BYTES) {
      this.leaveOut()
      return false
    }
    this.#bytes += bytes
    this.#onGrown(bytes)
    return true
  }

  summary(): TraceSummary {
    const { parts: _parts, ...summary } = this.view()
    return summary
  }

  view(): Trace {
    const parts = this.events.map((event) => event.view())
    const all = parts.flatMap(({ afterMs, deliveries }) => deliveries.map((delivery) => ({ afterMs, ...delivery })))
    const isOpen = ({ state }: (typeof all)[number]): boolean => state === 'waiting' || state === 'handling'
    const ends = all.map(({ afterMs, waitedMs, tookMs }) => afterMs + (waitedMs ?? 0) + (tookMs ?? 0))
    return {
      id: this.id,
      reason: this.reason,
      startedAt: this.#startedAt,
      event: parts[0]!.event,
      events: parts.length,
      deliveries: all.length,
      unhandled: all.filter((delivery) => !isOpen(delivery) && delivery.state !== 'handled').length,
      open: all.filter(isOpen).length,
      lastsMs: inMicroseconds(Math.max(0, ...ends)),
      leftOut: this.#leftOut,
      parts,
    }
  }
}
