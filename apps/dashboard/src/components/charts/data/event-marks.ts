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

/** Those of a frame, the oldest first. */
export function marksWithin(marks: readonly EventMark[], { from, to }: Pick<Frame, 'from' | 'to'>): EventMark[] {
  return marks.filter(({ at }) => at >= from && at <= to).toSorted((a, b) => a.at - b.at)
}

/** Marks whose signs would cover each other. */
export interface MarkGroup {
  /** Of the first of them. */
  readonly at: number
  /** The one that matters most, by the order of {@link MATTERS}. */
  readonly kind: EventMark['kind']
  readonly marks: readonly EventMark[]
}

/** Which sign stands for a group: a failure is never hidden behind a start. */
const MATTERS: readonly EventMark['kind'][] = ['failure', 'server', 'version', 'config', 'restart']

/**
 * Puts together what happened within `apartMs` of the first, so that groups are that far apart at least.
 * @param marks the oldest first
 */
export function groupMarks(marks: readonly EventMark[], apartMs: number): MarkGroup[] {
  const groups: EventMark[][] = []
  for (const mark of marks) {
    const last = groups.at(-1)
    if (last && mark.at - last[0]!.at < apartMs) last.push(mark)
    else groups.push([mark])
  }
  return groups.map((group) => {
    const kind = MATTERS.find((one) => group.some((mark) => mark.kind === one))!
    return { at: group[0]!.at, kind, marks: group }
  })
}
