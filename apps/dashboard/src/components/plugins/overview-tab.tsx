'use client'

import type { PluginDetail } from '@plugboard/protocol'
import { useMemo, useState, type ReactNode } from 'react'
import { ChartPanel } from '@/components/charts/chart-panel'
import { RangePicker } from '@/components/charts/range-picker'
import { RecentStates } from '@/components/charts/recent-states'
import { StateStrip, TimeScale } from '@/components/charts/state-strip'
import { useFrame, type RangeMinutes } from '@/components/charts/use-frame'
import { Panel, Skeleton } from '@/components/ui/panel'
import { formatBytes, formatMs, formatPercent, formatRate } from '@/format/figures'
import { useText } from '@/messages/use-text'
import { LastErrorPanel } from './last-error-panel'
import { PluginFacts } from './plugin-facts'

/** The charts the board is for, then the accounts. */
export function OverviewTab({ detail }: { readonly detail: PluginDetail }): ReactNode {
  const text = useText()
  const { view, series, states, status } = detail
  const [minutes, setMinutes] = useState<RangeMinutes>(5)
  const frame = useFrame(series.at.at(-1), minutes)
  const lines = useMemo(
    () => ({
      events: [{ key: 'eventsPerSecond', label: text('charts.throughput') }],
      errors: [{ key: 'errorRate60s', label: text('charts.errorRate') }],
      memory: [{ key: 'memoryBytes', label: text('charts.memory') }],
      latency: [{ key: 'p95Ms', label: text('charts.latency') }],
      cpu: [{ key: 'cpuPercent', label: text('charts.cpu') }],
    }),
    [text],
  )
  return (
    <div className="flex flex-col gap-4">
      {view.state === 'error' && view.lastError && <LastErrorPanel error={view.lastError} />}
      <div className="flex justify-end">
        <RangePicker value={minutes} onChange={setMinutes} />
      </div>
      <div className="grid gap-4 xl:grid-cols-2">
        <ChartPanel
          title={text('charts.errorRate')}
          hint={text('charts.errorRateUnit')}
          series={series}
          frame={frame}
          lines={lines.errors}
          format={formatPercent}
          unit="share"
          fold="max"
        />
        <ChartPanel
          title={text('charts.memory')}
          hint={text('charts.memoryUnit')}
          series={series}
          frame={frame}
          lines={lines.memory}
          format={formatBytes}
          unit="bytes"
        />
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
        <ChartPanel
          title={text('charts.throughput')}
          hint={text('charts.handled')}
          series={series}
          frame={frame}
          lines={lines.events}
          format={formatRate}
        />
        <ChartPanel
          title={text('charts.latency')}
          hint={text('charts.latencyUnit')}
          series={series}
          frame={frame}
          lines={lines.latency}
          format={formatMs}
          fold="max"
        />
        <ChartPanel
          title={text('charts.cpu')}
          hint={text('charts.cpuUnit')}
          series={series}
          frame={frame}
          lines={lines.cpu}
          format={formatPercentPoints}
        />
      </div>
      <PluginFacts view={view} status={status} />
    </div>
  )
}

function formatPercentPoints(value: number | null): string {
  return value === null ? '–' : `${value.toFixed(1)} %`
}
