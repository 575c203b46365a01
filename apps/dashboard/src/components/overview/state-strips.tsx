'use client'

import { own, type BoardRow, type StateHistory } from '@plugboard/protocol'
import Link from 'next/link'
import type { ReactNode } from 'react'
import type { Frame } from '@/components/charts/buckets'
import { rangeParts } from '@/components/charts/ranges'
import { StateStrip, TimeScale } from '@/components/charts/state-strip'
import { useStates } from '@/components/charts/use-states'
import { pluginHref } from '@/components/plugins/plugin-href'
import { healthLevel } from '@/components/ui/health-level'
import { Panel, Skeleton } from '@/components/ui/panel'
import { sortedRows } from '@/live/sorted-rows'
import { useTopic } from '@/live/use-live'
import { useSame } from '@/live/use-same'
import { useServerClock } from '@/live/use-server-clock'
import { useText } from '@/messages/use-text'

const MAX_STRIPS = 12
/** States change seldom: less than that would say nothing. */
const LEAST_MS = 3_600_000

/** The states of each plugin over time, a strip for each. */
export function StateStrips({
  states,
  frame,
}: {
  readonly states: Readonly<Record<string, StateHistory>> | null
  readonly frame: Frame | null
}): ReactNode {
  const text = useText()
  const { state: board } = useTopic('board')
  const shown = board ? shownRows(sortedRows(board.rows)) : []
  const span = { from: frame ? Math.min(frame.from, frame.to - LEAST_MS) : 0, to: frame?.to ?? 0 }
  const now = useServerClock()
  const ids = useSame(shown.map(({ id }) => id))
  const histories = useStates(states ?? NO_STATES, { ids, ...span })
  const { count, unit } = rangeParts(Math.round((span.to - span.from) / 60_000))
  return (
    <Panel
      title={text('charts.uptime')}
      hint={
        frame
          ? text('charts.uptimeOver', { span: text(`charts.span.${unit}`, { count: String(count) }) })
          : text('charts.uptimeUnit')
      }
    >
      {board && states && frame ? (
        <ul className="flex min-h-44 flex-col gap-2 pt-2">
          {shown.map(({ id, name }) => (
            <li key={id} className="grid grid-cols-[minmax(0,7.5rem)_minmax(0,1fr)] items-center gap-3">
              <Link href={pluginHref(id)} className="truncate hover:underline">
                {name}
              </Link>
              <StateStrip history={own(histories, id) ?? NO_HISTORY} {...span} now={now} label={name} />
            </li>
          ))}
          <li aria-hidden className="ml-[calc(min(7.5rem,50%)+12px)]">
            <TimeScale from={span.from} to={span.to} />
          </li>
          {board.rows.size > MAX_STRIPS && (
            <li className="text-[13px] text-faint">
              <Link href="/plugins" className="hover:underline">
                {text('charts.moreStrips', { count: board.rows.size - MAX_STRIPS })}
              </Link>
            </li>
          )}
        </ul>
      ) : (
        <Skeleton className="h-44" />
      )}
    </Panel>
  )
}

const NO_HISTORY: StateHistory = []
const NO_STATES: Readonly<Record<string, StateHistory>> = {}

/** The first by name, but those that are not well before all others. */
function shownRows(rows: readonly BoardRow[]): readonly BoardRow[] {
  if (rows.length <= MAX_STRIPS) return rows
  const isUnwell = (row: BoardRow): boolean => healthLevel(row) === 'unhealthy'
  return [...rows.filter(isUnwell), ...rows.filter((row) => !isUnwell(row))].slice(0, MAX_STRIPS)
}
