import type { TraceDelivery, TracePart, TraceView } from '@plugboard/protocol'

type Refusal = TracePart['refusals'][number]

/** One line of a trace: an event, a plugin that it went to, or what that plugin was refused because of it. */
export type TraceRow = {
  readonly key: string
  /** How many lines stand above it as its causes. */
  readonly depth: number
  /** Of the first event, this one is after so many milliseconds. */
  readonly afterMs: number
} & (
  | { readonly kind: 'event'; readonly part: TracePart }
  | { readonly kind: 'delivery'; readonly delivery: TraceDelivery }
  | { readonly kind: 'refusal'; readonly refusal: Refusal }
)

/** The lines of a trace: below each plugin stands what it published because of the event. */
export function traceRows({ parts }: Pick<TraceView, 'parts'>): TraceRow[] {
  const [first] = parts
  return first ? rowsOf(parts, { place: 0, depth: 0 }) : []
}

function rowsOf(
  parts: readonly TracePart[],
  { place, depth }: { readonly place: number; readonly depth: number },
): TraceRow[] {
  const part = parts[place]!
  const { afterMs, deliveries, refusals } = part
  const ofPlugins = deliveries.flatMap((delivery): TraceRow[] => {
    const { plugin } = delivery
    const caused = parts.flatMap(({ cause }, index) =>
      cause?.event === place && cause.plugin === plugin ? rowsOf(parts, { place: index, depth: depth + 2 }) : [],
    )
    const refused = refusals
      .filter((refusal) => refusal.plugin === plugin)
      .map((refusal, index): TraceRow => {
        const key = `${place} ${plugin} ${index}`
        return { kind: 'refusal', key, depth: depth + 2, afterMs, refusal }
      })
    return [{ kind: 'delivery', key: `${place} ${plugin}`, depth: depth + 1, afterMs, delivery }, ...caused, ...refused]
  })
  return [{ kind: 'event', key: `${place}`, depth, afterMs, part }, ...ofPlugins]
}

/** How far along the whole of a trace something begins, and how much of it it takes: 0…1. */
export interface TraceBar {
  readonly start: number
  readonly waited: number
  readonly took: number
}

/** @param lastsMs all of the trace; 0: nothing of it is known yet */
export function barOf(
  { afterMs, waitedMs, tookMs }: { readonly afterMs: number } & Pick<TraceDelivery, 'waitedMs' | 'tookMs'>,
  lastsMs: number,
): TraceBar | null {
  if (lastsMs === 0 || waitedMs === null) return null
  return { start: afterMs / lastsMs, waited: waitedMs / lastsMs, took: (tookMs ?? 0) / lastsMs }
}
