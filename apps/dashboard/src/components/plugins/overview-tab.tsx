'use client'

import type { PluginDetail } from '@plugboard/protocol'
import { useMemo, type ReactNode } from 'react'
import { ChartGroup } from '@/components/charts/group/chart-group'
import { MarkLegend } from '@/components/charts/draw/mark-legend'
import { SpanPicker } from '@/components/charts/group/span-picker'
import { RecentStates } from '@/components/charts/draw/recent-states'
import { StateStrip, TimeScale } from '@/components/charts/draw/state-strip'
import { useStates } from '@/components/charts/data/use-states'
import { Panel, Skeleton } from '@/components/ui/panel'
import { useSame } from '@/hooks/use-same'
import { useServerClock } from '@/live/use-server-clock'
import { useText } from '@/messages/use-text'
import { LastErrorPanel } from './last-error-panel'
import { MemoryForecast } from './memory-forecast'
import { MetricChart } from '@/components/charts/group/metric-chart'
import { PluginFacts } from './plugin-facts'
import { usePluginCharts } from '@/components/charts/group/use-plugin-charts'

export function OverviewTab({ detail }: { readonly detail: PluginDetail }): ReactNode {
  const text = useText()
  const { view, states, status } = detail
  const { span, frame, series, marks, thresholds } = usePluginCharts(detail)
  const now = useServerClock()
  const recent = useMemo(() => ({ [view.id]: states }), [view.id, states])
  const ids = useSame([view.id])
  const history = useStates(recent, { ids, from: frame?.from ?? 0 })[view.id] ?? states
  return (
    <div className="flex flex-col gap-4">
      {view.state === 'error' && view.lastError && (
        <LastErrorPanel id={view.id} error={view.lastError} deadLetters={view.stats.deadLetters} />
      )}
      <MemoryForecast detail={detail} />
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2">
        <MarkLegend marks={marks} frame={frame} />
        <SpanPicker span={span} frame={frame} pluginId={view.id} />
      </div>
      <ChartGroup marks={marks} onZoom={span.setZoom}>
        <div className="grid gap-4 xl:grid-cols-2">
          <MetricChart metric="errorRate60s" series={series} frame={frame} />
          <MetricChart metric="memoryBytes" series={series} frame={frame} threshold={thresholds.memoryBytes} />
          <Panel title={text('charts.uptime')} hint={text('charts.uptimeOne')}>
            <div className="flex h-44 flex-col gap-2 pt-2">
              {frame ? (
                <StateStrip history={history} from={frame.from} to={frame.to} now={now} label={view.name} />
              ) : (
                <Skeleton className="h-5 w-full" />
              )}
              {frame && <TimeScale from={frame.from} to={frame.to} />}
              <RecentStates
                history={span.zoom ? history.filter(({ at }) => at >= span.zoom!.from && at <= span.zoom!.to) : states}
              />
            </div>
          </Panel>
          <MetricChart metric="eventsPerSecond" series={series} frame={frame} />
          <MetricChart metric="p95Ms" series={series} frame={frame} />
          <MetricChart metric="cpuPercent" series={series} frame={frame} />
        </div>
      </ChartGroup>
      <PluginFacts view={view} status={status} />
    </div>
  )
}
