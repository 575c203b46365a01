'use client'

import { own, type Board, type BoardRow, type Overview } from '@plugboard/protocol'
import Link from 'next/link'
import { useMemo, type ReactNode } from 'react'
import { ChartGroup } from '@/components/charts/chart-group'
import { ChartPanel } from '@/components/charts/chart-panel'
import type { RangeMinutes } from '@/components/charts/ranges'
import { StateStrip, TimeScale } from '@/components/charts/state-strip'
import { useErrorThreshold } from '@/components/charts/use-error-threshold'
import { useFrame } from '@/components/charts/use-frame'
import { pluginHref } from '@/components/plugins/plugin-href'
import { Panel, Skeleton } from '@/components/ui/panel'
import { healthLevel } from '@/components/ui/health-level'
import { useFigures } from '@/format/use-figures'
import { sortedRows } from '@/live/use-live'
import { useText } from '@/messages/use-text'
import { useOverviewSeries } from './use-overview-past'

const MAX_STRIPS = 12

export function OverviewCharts({
  board,
  overview,
  minutes,
}: {
  readonly board: Board | null
  readonly overview: Overview | null
  readonly minutes: RangeMinutes
}): ReactNode {
  const text = useText()
  const figures = useFigures()
  const frame = useFrame(overview?.manager.at.at(-1), minutes)
  const { topics, manager, memory } = useOverviewSeries(overview, frame, minutes)
  const threshold = useErrorThreshold()
  const errorLines = useMemo(() => [{ key: 'errorRate60s', label: text('charts.errorRate') }], [text])
  return (
    <ChartGroup>
      <div className="grid gap-4 xl:grid-cols-2">
        <ChartPanel
          title={text('charts.throughput')}
          hint={text('charts.throughputUnit')}
          series={topics}
          frame={frame}
          stacked
          format={figures.rate}
        />
        <ChartPanel
          title={text('charts.errorRate')}
          hint={text('charts.errorRateUnit')}
          series={manager}
          frame={frame}
          lines={errorLines}
          format={figures.percent}
          unit="share"
          fold="max"
          threshold={threshold}
        />
        <ChartPanel
          title={text('charts.memory')}
          hint={`${text('charts.memoryByPlugin')}, ${text('charts.memoryUnit')}`}
          series={memory}
          frame={frame}
          stacked
          format={figures.bytes}
          unit="bytes"
        />
        <Panel title={text('charts.uptime')} hint={text('charts.uptimeUnit')}>
          {board && overview && frame ? (
            <ul className="flex min-h-44 flex-col gap-2 pt-2">
              {strips(sortedRows(board.rows)).map(({ id, name }) => (
                <li key={id} className="grid grid-cols-[minmax(0,7.5rem)_minmax(0,1fr)] items-center gap-3">
                  <Link href={pluginHref(id)} className="truncate hover:underline">
                    {name}
                  </Link>
                  <StateStrip history={own(overview.states, id) ?? []} from={frame.from} to={frame.to} label={name} />
                </li>
              ))}
              <li aria-hidden className="ml-[calc(min(7.5rem,50%)+12px)]">
                <TimeScale from={frame.from} to={frame.to} />
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
      </div>
    </ChartGroup>
  )
}

/** The first by name, but those that are not well before all others. */
function strips(rows: readonly BoardRow[]): readonly BoardRow[] {
  if (rows.length <= MAX_STRIPS) return rows
  const isUnwell = (row: BoardRow): number => (healthLevel(row) === 'unhealthy' ? 0 : 1)
  return rows.toSorted((a, b) => isUnwell(a) - isUnwell(b)).slice(0, MAX_STRIPS)
}
