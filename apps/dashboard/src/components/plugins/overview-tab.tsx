'use client'

import type { PluginDetail, PluginMetric, Series } from '@plugboard/protocol'
import { useMemo, useState, type ReactNode } from 'react'
import type { Frame } from '@/components/charts/buckets'
import { ChartPanel, type ChartPanelProps } from '@/components/charts/chart-panel'
import { RangePicker } from '@/components/charts/range-picker'
import { RecentStates } from '@/components/charts/recent-states'
import { StateStrip, TimeScale } from '@/components/charts/state-strip'
import { useFrame, type RangeMinutes } from '@/components/charts/use-frame'
import { Panel, Skeleton } from '@/components/ui/panel'
import { formatBytes, formatMs, formatPercent, formatRate } from '@/format/figures'
import { useText } from '@/messages/use-text'
import { LastErrorPanel } from './last-error-panel'
import { PluginFacts } from './plugin-facts'

interface MetricChartOptions extends Pick<ChartPanelProps, 'format' | 'unit' | 'fold'> {
  readonly metric: PluginMetric
  readonly title: 'errorRate' | 'memory' | 'throughput' | 'latency' | 'cpu'
  readonly hint: 'errorRateUnit' | 'memoryUnit' | 'handled' | 'latencyUnit' | 'cpuUnit'
}

const CHARTS: readonly MetricChartOptions[] = [
  {
    metric: 'errorRate60s',
    title: 'errorRate',
    hint: 'errorRateUnit',
    format: formatPercent,
    unit: 'share',
    fold: 'max',
  },
  { metric: 'memoryBytes', title: 'memory', hint: 'memoryUnit', format: formatBytes, unit: 'bytes' },
  { metric: 'eventsPerSecond', title: 'throughput', hint: 'handled', format: formatRate },
  { metric: 'p95Ms', title: 'latency', hint: 'latencyUnit', format: formatMs, fold: 'max' },
  { metric: 'cpuPercent', title: 'cpu', hint: 'cpuUnit', format: formatPercentPoints },
]

/** The charts the board is for, then the accounts. */
export function OverviewTab({ detail }: { readonly detail: PluginDetail }): ReactNode {
  const text = useText()
  const { view, series, states, status } = detail
  const [minutes, setMinutes] = useState<RangeMinutes>(5)
  const frame = useFrame(series.at.at(-1), minutes)
  return (
    <div className="flex flex-col gap-4">
      {view.state === 'error' && view.lastError && <LastErrorPanel error={view.lastError} />}
      <div className="flex justify-end">
        <RangePicker value={minutes} onChange={setMinutes} />
      </div>
      <div className="grid gap-4 xl:grid-cols-2">
        {CHARTS.slice(0, 2).map((chart) => (
          <MetricChart key={chart.metric} chart={chart} series={series} frame={frame} />
        ))}
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
        {CHARTS.slice(2).map((chart) => (
          <MetricChart key={chart.metric} chart={chart} series={series} frame={frame} />
        ))}
      </div>
      <PluginFacts view={view} status={status} />
    </div>
  )
}

function MetricChart({
  chart: { metric, title, hint, format, unit, fold },
  series,
  frame,
}: {
  readonly chart: MetricChartOptions
  readonly series: Series<PluginMetric>
  readonly frame: Frame | null
}): ReactNode {
  const text = useText()
  const name = text(`charts.${title}`)
  const lines = useMemo(() => [{ key: metric, label: name }], [metric, name])
  return (
    <ChartPanel
      title={name}
      hint={text(`charts.${hint}`)}
      series={series}
      frame={frame}
      lines={lines}
      format={format}
      unit={unit}
      fold={fold}
    />
  )
}

function formatPercentPoints(value: number | null): string {
  return value === null ? '–' : `${value.toFixed(1)} %`
}
