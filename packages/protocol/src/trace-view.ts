import { z } from 'zod'
import { jsonValue } from './json.ts'
import { count, epochMs } from './number.ts'

const ms = z.number().nonnegative()

/** What is kept of a followed event. */
const eventOutline = z.object({
  id: z.string(),
  type: z.string(),
  at: epochMs,
  source: z.string(),
  subject: z.string().optional(),
  origin: z.object({ node: z.string(), plugin: z.string().optional() }),
})

const traceDelivery = z.object({
  plugin: z.string(),
  /** That handled the event; null before. */
  version: z.string().nullable(),
  /** `waiting` in the queue; `missed`: the plugin was not active. */
  state: z.enum(['waiting', 'handling', 'handled', 'failed', 'dropped', 'discarded', 'in-doubt', 'missed']),
  /** From the publication to the begin of the handler, or until now, or until it was taken from the queue; null where it is unknown. */
  waitedMs: ms.nullable(),
  /** In the handler, to its end or until now; null where none has begun, or where it is unknown. */
  tookMs: ms.nullable(),
  /** The message of a replay is left out. */
  error: z.object({ name: z.string(), message: z.string() }).nullable(),
})

/** What a plugin wanted to publish because of an event, and was refused, so many times. */
const traceRefusal = z.object({
  plugin: z.string(),
  type: z.string(),
  code: z.string(),
  message: z.string(),
  times: count,
})

/** One event of a trace: where it went, and what was refused of what it caused. */
const tracePart = z.object({
  /** Where `isCut`, its data is too large to be kept, or hidden, and null stands in its place. */
  event: eventOutline.extend({ data: jsonValue, isCut: z.boolean() }),
  /** Since the first event of the trace. */
  afterMs: ms,
  /** Which event of the trace was being handled when it was published, by its place in `parts`, and by which plugin. */
  cause: z.object({ event: count, plugin: z.string() }).nullable(),
  deliveries: z.array(traceDelivery),
  refusals: z.array(traceRefusal),
})

/** An event, and what was published because of it: an outline. */
export const traceSummary = z.object({
  /** The host that it happened on. */
  node: z.string(),
  id: count,
  /** One of its type was due, somebody asked for it, or it was replayed. */
  reason: z.enum(['sampled', 'armed', 'replayed']),
  startedAt: epochMs,
  /** The first event. */
  event: eventOutline,
  events: count,
  deliveries: count,
  /** Deliveries that ended in another way than handled. */
  unhandled: count,
  /** Deliveries that have not ended. */
  open: count,
  /** To the last end that is known, or until now where something has not ended. */
  lastsMs: ms,
  /** Further events, deliveries and refusals: the trace is full, or a sample caused too much. */
  leftOut: count,
})

export const traceView = traceSummary.extend({ parts: z.array(tracePart) })

/** The next events of a pattern are followed, each of them. */
export const traceArming = z.object({
  pattern: z.string(),
  /** How many more. */
  remaining: count,
  until: epochMs,
})

export type TraceSummary = z.infer<typeof traceSummary>
export type TraceView = z.infer<typeof traceView>
export type TracePart = z.infer<typeof tracePart>
export type TraceDelivery = z.infer<typeof traceDelivery>
export type TraceArming = z.infer<typeof traceArming>
