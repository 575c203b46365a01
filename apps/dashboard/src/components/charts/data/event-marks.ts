import type { IncidentView, TimelineView } from '@plugboard/protocol'
import type { Say } from '@/messages/say'
import type { Frame } from './buckets'

/** Something that happened, as charts show it on their time axis. */
export interface EventMark {
  readonly at: number
  readonly kind: 'config' | 'restart' | 'failure' | 'version' | 'server'
  readonly label: string
  /** What it happened to; null: the server. */
  readonly pluginId: string | null
}

/** A shape for each, so that none is told by its colour alone. */
export const MARKS: Readonly<Record<EventMark['kind'], { readonly sign: string; readonly color: string }>> = {
  config: { sign: '◆', color: 'var(--color-accent)' },
  restart: { sign: '▶', color: 'var(--color-muted)' },
  failure: { sign: '▲', color: 'var(--color-bad)' },
  version: { sign: '■', color: 'var(--color-chart-4)' },
  server: { sign: '●', color: 'var(--color-muted)' },
}

/** What of a timeline is marked: what could explain that a line changes its course. */
export function marksOf(timeline: readonly TimelineView[], say: Pick<Say, 'happening'>): EventMark[] {
  return timeline.flatMap((entry) => {
    const kind = kindOf(entry)
    return kind ? [{ at: entry.at, kind, label: say.happening(entry), pluginId: entry.pluginId }] : []
  })
}

/** Where incidents began; what another one took down is left out. */
export function incidentMarks(incidents: readonly IncidentView[], say: Pick<Say, 'error'>): EventMark[] {
  return incidents
    .filter(({ rootId }) => rootId === null)
    .map(({ openedAt, pluginId, error }) => ({
      at: openedAt,
      kind: 'failure',
      label: `${pluginId}: ${say.error(error)}`,
      pluginId,
    }))
}

function kindOf({ kind, severity, detail }: TimelineView): EventMark['kind'] | null {
  if (kind === 'config' || kind === 'version' || kind === 'server') return kind
  if (kind === 'failure' || (kind === 'state' && severity === 'bad')) return 'failure'
  return kind === 'state' && detail?.state === 'active' ? 'restart' : null
}

/** Marks closer than this share of the frame would lie on each other. */
const APART = 1 / 40

/** One mark per kind and interval of the frame, the first of them: more could not be told apart. */
export function marksWithin(marks: readonly EventMark[], { from, to, stepMs }: Frame): EventMark[] {
  const shown = new Map<string, EventMark>()
  for (const mark of marks.toSorted((a, b) => a.at - b.at)) {
    if (mark.at < from || mark.at > to) continue
    const key = `${mark.kind} ${Math.floor((mark.at - from) / Math.max(stepMs * 2, (to - from) * APART))}`
    if (!shown.has(key)) shown.set(key, mark)
  }
  return [...shown.values()]
}
