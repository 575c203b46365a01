import type { EventOutline, Trace, TraceSummary } from '@plugboard/core'
import type { JsonValue, TraceSummary as SummaryView, TraceView } from '@plugboard/protocol'

/** A trace without its parts. @param node the host that it happened on */
export function traceSummaryView(node: string, { event, ...summary }: TraceSummary): SummaryView {
  return { node, ...summary, event: outlineView(event) }
}

export function traceView(node: string, { parts, ...summary }: Trace): TraceView {
  return {
    ...traceSummaryView(node, summary),
    parts: parts.map(({ event, cause, deliveries, refusals, afterMs }) => ({
      event: { ...outlineView(event), data: event.data as JsonValue, isCut: event.isCut },
      afterMs,
      cause,
      deliveries: [...deliveries],
      refusals: [...refusals],
    })),
  }
}

function outlineView({ id, type, at, source, subject, origin }: EventOutline): SummaryView['event'] {
  return { id, type, at, source, ...(subject !== undefined && { subject }), origin }
}
