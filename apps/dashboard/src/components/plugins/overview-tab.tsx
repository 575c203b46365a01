'use client'

import type { PluginDetail } from '@plugboard/protocol'
import type { ReactNode } from 'react'
import { ChartGroup } from '@/components/charts/chart-group'
import { RangePicker } from '@/components/charts/range-picker'
import { RecentStates } from '@/components/charts/recent-states'
import { StateStrip, TimeScale } from '@/components/charts/state-strip'
import { Panel, Skeleton } from '@/components/ui/panel'
import { useText } from '@/messages/use-text'
import { LastErrorPanel } from './last-error-panel'
import { MetricChart } from './metric-chart'
import { PluginFacts } from './plugin-facts'
import { usePluginCharts } from './use-plugin-charts'

/** The charts the board is for, then the accounts. */
export function OverviewTab({ detail }: { readonly detail: PluginDetail }): ReactNode {
  const text = useText()
  const { view, states, status } = detail
  const { minutes, setMinutes, frame, series, marks } = usePluginCharts(detail)
  return (
    <div className="flex flex-col gap-4">
      {view.state === 'error' && view.lastError && <LastErrorPanel id={view.id} error={view.lastError} />}
      <div className="flex justify-end">
        <RangePicker value={minutes} onChange={setMinutes} />
      </div>
      <ChartGroup marks={marks}>
        <div className="grid gap-4 xl:grid-cols-2">
          <MetricChart metric="errorRate60s" series={series} frame={frame} />
          <MetricChart metric="memoryBytes" series={series} frame={frame} />
          <Panel title={text('charts.uptime')} hint={text('charts.uptimeOne')}>
            <div className="flex h-44 flex-col gap-2 pt-2">
              {frame ? (
                <StateStrip history={states} from={frame.from} to={frame.to} label={view.name} />
              ) : (
                <Skeleton className="h-5 w-full" />
              )}
              {frame && <TimeScale from={frame.from} to={frame.to} />}
              <RecentStates history={states} />
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
