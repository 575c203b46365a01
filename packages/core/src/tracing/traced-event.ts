import { machineTime } from '../guest-protocol/machine-time.ts'
import type { TraceReport } from '../guest-protocol/message.ts'
import type { ThrownInfo } from '../guest-protocol/thrown.ts'
import { Delivery, inMicroseconds } from './delivery.ts'
import type { EventFate, EventOutline, TraceDelivery, TracePart, TraceReason, TraceRefusal } from './trace.ts'

/** Of a delivery without its error. */
export const DELIVERY_BYTES = 192
/** Of a refusal without its texts. */
const REFUSAL_BYTES = 256
const MAX_NAME = 100
const MAX_MESSAGE = 200
const MAX_TYPE = 256

/** Takes secrets out of a value, above all those of these plugins. */
export type Redact = <T>(pluginIds: readonly string[], value: T) => T

/** The trace that an event belongs to. */
export interface TraceOfEvent {
  readonly id: number
  readonly reason: TraceReason
  /** Machine time of its first event. */
  readonly beganAt: number
  readonly redact: Redact
  /** Takes room for something more. @returns false where it is full: it counts that as left out */
  hold(bytes: number): boolean
}

/** An event that is followed: records where it goes. What becomes of it is told by the queues of the host, and when by the guests. */
export class TracedEvent {
  /** Names it between host and guests; 1 or more. */
  readonly key: number
  readonly trace: TraceOfEvent
  readonly event: EventOutline
  readonly cause: TracePart['cause']
  readonly place: number
  /** Machine time. */
  readonly publishedAt = machineTime()
  readonly #deliveries = new Map<string, Delivery>()
  /** By plugin, type and code. */
  readonly #refusals = new Map<string, TraceRefusal>()
  /** How many deliveries there is room for. */
  #room: number

  /** @param room how many deliveries its trace has taken room for */
  constructor(
    event: EventOutline,
    { key, trace, cause, place }: Pick<TracedEvent, 'key' | 'trace' | 'cause' | 'place'>,
    room: number,
  ) {
    this.key = key
    this.event = event
    this.trace = trace
    this.cause = cause
    this.place = place
    this.#room = room
  }

  /** Whether an instance of this plugin has got it: only then what the plugin says of it counts. */
  wasSentTo(plugin: string): boolean {
    return this.#deliveries.get(plugin)?.wasSent ?? false
  }

  hasTo(plugin: string): boolean {
    return this.#deliveries.has(plugin)
  }

  /** It waits for this plugin. */
  expect(plugin: string): void {
    this.#add(plugin, 'waiting')
  }

  /** The plugin wants it and is not active. */
  miss(plugin: string): void {
    this.#add(plugin, 'missed')
  }

  /** It is on its way to an instance of the plugin. */
  send(plugin: string): void {
    this.#deliveries.get(plugin)?.send()
  }

  /** It is in the plugin's queue again. */
  takeBack(plugin: string): void {
    this.#deliveries.get(plugin)?.takeBack()
  }

  /** @param error why it failed */
  settle(plugin: string, fate: EventFate, error?: ThrownInfo): void {
    this.#deliveries.get(plugin)?.settle(fate, error ? this.#errorOf(plugin, error) : null)
  }

  /** What an instance of the plugin says of it. */
  report({ plugin, version }: { readonly plugin: string; readonly version: string }, step: TraceReport['step']): void {
    const delivery = this.#deliveries.get(plugin)
    if (!delivery?.wasSent) return
    if ('beganAt' in step) delivery.begin(version, step.beganAt)
    else if ('tookMs' in step) delivery.end(step.tookMs)
    else this.refuse({ plugin, ...step.refused })
  }

  /** Something was refused that a plugin wanted to publish because of it. Equal ones are one with their number. */
  refuse({ plugin, type, code, message }: Omit<TraceRefusal, 'times'>): void {
    // Whole: half a secret would not be found.
    const shown = this.trace.redact([plugin], { type, message })
    const texts = { type: shortened(shown.type, MAX_TYPE), message: shortened(shown.message, MAX_MESSAGE) }
    const key = `${plugin} ${code} ${texts.type}`
    const known = this.#refusals.get(key)
    if (!known && !this.trace.hold(REFUSAL_BYTES + 2 * (texts.type.length + texts.message.length))) return
    this.#refusals.set(key, { plugin, code, ...texts, times: (known?.times ?? 0) + 1 })
  }

  view(): TracePart {
    const { event, cause, afterMs } = this
    const deliveries = [...this.#deliveries.values()].map((delivery) => delivery.view())
    return { event, afterMs, cause, deliveries, refusals: [...this.#refusals.values()] }
  }

  get afterMs(): number {
    return inMicroseconds(this.publishedAt - this.trace.beganAt)
  }

  #add(plugin: string, state: 'waiting' | 'missed'): void {
    if (this.#room > 0) this.#room -= 1
    else if (!this.trace.hold(DELIVERY_BYTES)) return
    this.#deliveries.set(plugin, new Delivery(plugin, this.publishedAt, state))
  }

  #errorOf(plugin: string, { name, message }: ThrownInfo): NonNullable<TraceDelivery['error']> {
    if (this.trace.reason === 'replayed') return { name: shortened(name, MAX_NAME), message: '' }
    const { origin } = this.event
    const owners = origin.plugin === undefined ? [plugin] : [plugin, origin.plugin]
    const shown = this.trace.redact(owners, { name, message })
    const texts = { name: shortened(shown.name, MAX_NAME), message: shortened(shown.message, MAX_MESSAGE) }
    const hasRoom = this.trace.hold(2 * (texts.name.length + texts.message.length))
    return hasRoom ? texts : { ...texts, message: '' }
  }
}

/** A copy of its own: a part of a text keeps all of it in memory. */
function shortened(text: string, max: number): string {
  return text.length <= max ? text : Buffer.from(`${text.slice(0, max - 1)}…`).toString()
}
