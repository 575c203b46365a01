'use client'

import { own, type Board, type Overview } from '@plugboard/protocol'
import Link from 'next/link'
import { useMemo, type ReactNode } from 'react'
import type { Frame } from '@/components/charts/buckets'
import { ChartPanel } from '@/components/charts/chart-panel'
import { StateStrip, TimeScale } from '@/components/charts/state-strip'
import { pluginHref } from '@/components/plugins/plugin-href'
import { Panel, Skeleton } from '@/components/ui/panel'
import { formatBytes, formatPercent, formatRate } from '@/format/figures'
import { sortedRows } from '@/live/use-live'
import { useText } from '@/messages/use-text'

const MAX_STRIPS = 12

export function OverviewCharts({
  board,
  overview,
  frame,
}: {
  readonly board: Board | null
  readonly overview: Overview | null
  readonly frame: Frame | null
}): ReactNode {
  const text = useText()
  const errorLines = useMemo(() => [{ key: 'errorRate60s', label: text('charts.errorRate') }], [text])
  return (
    <div className="grid gap-4 xl:grid-cols-2">
      <ChartPanel
        title={text('charts.throughput')}
        hint={text('charts.throughputUnit')}
        series={overview?.topics ?? null}
        frame={frame}
        stacked
        format={formatRate}
      />
      <ChartPanel
        title={text('charts.errorRate')}
        hint={text('charts.errorRateUnit')}
        series={overview?.manager ?? null}
        frame={frame}
        lines={errorLines}
        format={formatPercent}
        unit="share"
        fold="max"
      />
      <ChartPanel
        title={text('charts.memory')}
        hint={`${text('charts.memoryByPlugin')}, ${text('charts.memoryUnit')}`}
        series={overview?.memory ?? null}
        frame={frame}
        stacked
        format={formatBytes}
        unit="bytes"
      />
      <Panel title={text('charts.uptime')} hint={text('charts.uptimeUnit')}>
        {board && overview && frame ? (
          <ul className="flex min-h-44 flex-col gap-2 pt-2">
            {sortedRows(board.rows)
              .slice(0, MAX_STRIPS)
              .map(({ id, name }) => (
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
          </ul>
        ) : (
          <Skeleton className="h-44" />
        )}
      </Panel>
    </div>
  )
}
