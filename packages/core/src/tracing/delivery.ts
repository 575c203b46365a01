import { machineTime } from '../guest-protocol/machine-time.ts'
import type { DeliveryState, EventFate, TraceDelivery } from './trace.ts'

/** One followed event at one plugin, from its queue to its end. */
export class Delivery {
  readonly plugin: string
  /** Machine time. */
  readonly #publishedAt: number
  #state: DeliveryState
  /** An instance of the plugin has it, or had it: what that says of it counts. */
  #wasSent = false
  #version: string | null = null
  #beganAt: number | null = null
  #waitedMs: number | null = null
  #tookMs: number | null = null
  #error: TraceDelivery['error'] = null

  constructor(plugin: string, publishedAt: number, state: 'waiting' | 'missed') {
    this.plugin = plugin
    this.#publishedAt = publishedAt
    this.#state = state
  }

  get state(): DeliveryState {
    return this.#state
  }

  get wasSent(): boolean {
    return this.#wasSent
  }

  get isOpen(): boolean {
    return this.#state === 'waiting' || this.#state === 'handling'
  }

  send(): void {
    this.#wasSent = true
  }

  /** The instance has not begun it, or so it is: another one will get it. */
  takeBack(): void {
    this.#wasSent = false
    if (!this.isOpen) return
    this.#state = 'waiting'
    this.#beganAt = null
    this.#waitedMs = null
    this.#tookMs = null
  }

  /** Its handler began at a machine time, as its guest says. That is believed as far as it can be true. */
  begin(version: string, at: number): void {
    if (!this.#wasSent || this.#state !== 'waiting') return
    this.#state = 'handling'
    this.#version = version
    this.#beganAt = Math.min(Math.max(at, this.#publishedAt), machineTime())
    this.#waitedMs = this.#beganAt - this.#publishedAt
  }

  /** Its handler has ended after so long, as its guest says. What became of the event is told by its queue. */
  end(tookMs: number): void {
    if (this.#state !== 'handling' || this.#tookMs !== null) return
    this.#tookMs = Math.min(Math.max(tookMs, 0), machineTime() - this.#beganAt!)
  }

  settle(fate: EventFate, error: TraceDelivery['error']): void {
    if (!this.isOpen) return
    const now = machineTime()
    // A guest that died could not say how long it took.
    if (this.#state === 'handling') this.#tookMs ??= now - this.#beganAt!
    else if (fate === 'dropped' || fate === 'discarded') this.#waitedMs = now - this.#publishedAt
    this.#state = fate
    this.#error = error
  }

  view(): TraceDelivery {
    const now = machineTime()
    const isHandling = this.#state === 'handling'
    const waitedMs = this.#state === 'waiting' ? now - this.#publishedAt : this.#waitedMs
    const tookMs = this.#tookMs ?? (isHandling ? now - this.#beganAt! : null)
    return {
      plugin: this.plugin,
      version: this.#version,
      state: this.#state,
      waitedMs: waitedMs === null ? null : inMicroseconds(waitedMs),
      tookMs: tookMs === null ? null : inMicroseconds(tookMs),
      error: this.#error,
    }
  }
}

/** Milliseconds in whole microseconds: what is finer is noise. */
export function inMicroseconds(ms: number): number {
  return Math.floor(ms * 1_000) / 1_000
}
