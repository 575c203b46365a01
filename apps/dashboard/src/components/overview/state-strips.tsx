'use client'

import { own, type BoardRow, type StateHistory } from '@plugboard/protocol'
import Link from 'next/link'
import { memo, useMemo, useRef, type ReactNode } from 'react'
import type { Frame } from '@/components/charts/data/buckets'
import { marksWithin } from '@/components/charts/data/event-marks'
import { useChartGroup } from '@/components/charts/group/chart-group'
import { StateStrip, TimeScale } from '@/components/charts/draw/state-strip'
import { useSteady } from '@/components/charts/group/use-steady'
import { useStates } from '@/components/charts/data/use-states'
import { pluginHref } from '@/navigation/plugin-href'
import { healthLevel, type HealthLevel } from '@/components/ui/health-level'
import { Panel, Skeleton } from '@/components/ui/panel'
import { sortedRows } from '@/live/sorted-rows'
import { useTopic } from '@/live/use-live'
import { useFigures } from '@/format/use-figures'
import { useSame } from '@/hooks/use-same'
import { useServerClock } from '@/live/use-server-clock'
import { useText } from '@/messages/use-text'

const MAX_STRIPS = 12
/** Less than a few pixels of the shortest range. */
const STEP_MS = 1_000

/** The states of each plugin over time, a strip for each. */
export function StateStrips({
  states,
  frame,
  most = MAX_STRIPS,
}: {
  readonly states: Readonly<Record<string, StateHistory>> | null
  readonly frame: Frame | null
  /** How many plugins have room. */
  readonly most?: number
}): ReactNode {
  const text = useText()
  const { state: board } = useTopic('board')
  const { marks } = useChartGroup()
  const failed = new Set(
    frame ? marksWithin(marks, frame).flatMap(({ kind, pluginId }) => (kind === 'failure' ? [pluginId] : [])) : [],
  )
  const shown = board ? shownRows(sortedRows(board.rows), failed).slice(0, most) : []
  // The board changes four times a second; its list of plugins hardly ever does.
  const ids = useSame(shown.map(({ id }) => id))
  const names = useSame(shown.map(({ name }) => name))
  const figures = useFigures()
  return (
    <Panel
      title={text('charts.uptime')}
      hint={
        frame
          ? text('charts.uptimeOver', { span: figures.period((frame.to - frame.from) / 60_000) })
          : text('charts.uptimeUnit')
      }
    >
      {board && states && frame ? (
        <Strips ids={ids} names={names} total={board.rows.size} states={states} frame={frame} />
      ) : (
        <Skeleton className="h-44" />
      )}
    </Panel>
  )
}

interface Shown {
  readonly states: Readonly<Record<string, StateHistory>>
  readonly frame: Frame
}

const Strips = memo(function Strips({
  ids,
  names,
  total,
  states,
  frame,
}: Shown & { readonly ids: readonly string[]; readonly names: readonly string[]; readonly total: number }): ReactNode {
  const text = useText()
  const place = useRef<HTMLUListElement>(null)
  const { queue } = useChartGroup()
  // In a frame of its own, like each of the charts.
  const wanted = useMemo(() => ({ states, frame }), [states, frame])
  const drawn = useSteady<Shown>(wanted, place, queue) ?? wanted
  const { from, to } = drawn.frame
  // A change of state shows as soon as the figures of its second do.
  const now = Math.max(useServerClock(STEP_MS), drawn.frame.to - drawn.frame.stepMs)
  const histories = useStates(drawn.states, { ids, from })
  return (
    <ul ref={place} className="flex min-h-44 flex-col gap-2 pt-2">
      {ids.map((id, index) => (
        <li key={id} className="grid grid-cols-[minmax(0,7.5rem)_minmax(0,1fr)] items-center gap-3">
          <Link href={pluginHref(id)} className="truncate hover:underline">
            {names[index]}
          </Link>
          <StateStrip history={own(histories, id) ?? NO_HISTORY} from={from} to={to} now={now} label={names[index]!} />
        </li>
      ))}
      <li aria-hidden className="ml-[calc(min(7.5rem,50%)+12px)]">
        <TimeScale from={from} to={to} />
      </li>
      {total > MAX_STRIPS && (
        <li className="text-[13px] text-faint">
          <Link href="/plugins" className="hover:underline">
            {text('charts.moreStrips', { count: total - MAX_STRIPS })}
          </Link>
        </li>
      )}
    </ul>
  )
})

const NO_HISTORY: StateHistory = []

const ORDER: Readonly<Record<HealthLevel, number>> = {
  unhealthy: 0,
  known: 1,
  warning: 1,
  starting: 1,
  healthy: 1,
  off: 2,
}

/** Those that failed in the time that is shown first, then those that are not well; those that are disabled last; each by name. */
function shownRows(rows: readonly BoardRow[], failed: ReadonlySet<string | null>): readonly BoardRow[] {
  const rank = (row: BoardRow): number => (failed.has(row.id) ? -1 : ORDER[healthLevel(row)])
  return rows.toSorted((a, b) => rank(a) - rank(b))
}
