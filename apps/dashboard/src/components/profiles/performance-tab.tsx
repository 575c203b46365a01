'use client'

import type { PluginDetail } from '@plugboard/protocol'
import type { ReactNode } from 'react'
import { ChartGroup } from '@/components/charts/group/chart-group'
import { MarkLegend } from '@/components/charts/draw/mark-legend'
import { SpanPicker } from '@/components/charts/group/span-picker'
import { MetricChart } from '@/components/charts/group/metric-chart'
import { usePluginCharts } from '@/components/charts/group/use-plugin-charts'
import { useFigures } from '@/format/use-figures'
import { useText } from '@/messages/use-text'
import { Recordings } from './recordings'

/** How fast it answers, what it costs, and what it does all that time. */
export function PerformanceTab({ detail }: { readonly detail: PluginDetail }): ReactNode {
  const text = useText()
  const figures = useFigures()
  const { view } = detail
  const { latency } = view.stats
  const { span, frame, series, marks, thresholds } = usePluginCharts(detail)
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center gap-x-6 gap-y-2">
        <dl aria-label={text('performance.latency')} className="flex flex-wrap gap-x-6 gap-y-2">
          {(['p50', 'p95', 'p99'] as const).map((name) => (
            <div key={name} className="flex items-baseline gap-2">
              <dt className="text-[13px] text-faint">{text(`performance.${name}`)}</dt>
              <dd className="figures font-medium">{figures.ms(latency[`${name}Ms`])}</dd>
            </div>
          ))}
        </dl>
        <div className="ml-auto">
          <SpanPicker span={span} frame={frame} pluginId={view.id} />
        </div>
      </div>
      <MarkLegend marks={marks} frame={frame} />
      <ChartGroup marks={marks} onZoom={span.setZoom}>
        <div className="grid gap-4 xl:grid-cols-2">
          <MetricChart metric="p95Ms" series={series} frame={frame} />
          <MetricChart metric="cpuPercent" series={series} frame={frame} />
          <MetricChart metric="memoryBytes" series={series} frame={frame} threshold={thresholds.memoryBytes} />
          <MetricChart metric="mailboxDepth" series={series} frame={frame} threshold={thresholds.mailboxDepth} />
        </div>
      </ChartGroup>
      <Recordings view={view} />
    </div>
  )
}
