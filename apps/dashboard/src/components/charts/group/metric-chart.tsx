'use client'

import type { LossMetric, PluginMetric, Series } from '@plugboard/protocol'
import { useMemo, type ReactNode } from 'react'
import type { Frame } from '@/components/charts/data/buckets'
import { ChartPanel, type ChartPanelProps } from './chart-panel'
import type { Figures } from '@/format/figures'
import { useFigures } from '@/format/use-figures'
import { useText } from '@/messages/use-text'

interface MetricLook extends Pick<ChartPanelProps, 'unit' | 'fold' | 'measure'> {
  readonly title: 'errorRate' | 'memory' | 'throughput' | 'latency' | 'cpu' | 'mailbox'
  readonly hint: 'errorRateUnit' | 'memoryUnit' | 'handled' | 'latencyUnit' | 'cpuUnit' | 'mailboxUnit'
  readonly format: keyof Pick<Figures, 'percent' | 'bytes' | 'rate' | 'ms' | 'points' | 'count'>
}

export type ChartedMetric = Exclude<PluginMetric, 'errorsPerSecond' | LossMetric>

/** A peak that matters must not vanish in a mean. */
export const METRIC_LOOKS: Readonly<Record<ChartedMetric, MetricLook>> = {
  errorRate60s: {
    title: 'errorRate',
    hint: 'errorRateUnit',
    format: 'percent',
    unit: 'share',
    measure: 'share 0–1',
    fold: 'max',
  },
  memoryBytes: { title: 'memory', hint: 'memoryUnit', format: 'bytes', unit: 'bytes', measure: 'bytes' },
  eventsPerSecond: { title: 'throughput', hint: 'handled', format: 'rate', measure: 'per second' },
  p95Ms: { title: 'latency', hint: 'latencyUnit', format: 'ms', measure: 'ms', fold: 'max' },
  cpuPercent: { title: 'cpu', hint: 'cpuUnit', format: 'points', measure: '%' },
  mailboxDepth: { title: 'mailbox', hint: 'mailboxUnit', format: 'count', measure: 'events', fold: 'max' },
}

/** One metric of one plugin over time. */
export function MetricChart({
  metric,
  series,
  frame,
  threshold,
}: {
  readonly metric: ChartedMetric
  readonly series: Series<PluginMetric> | null
  readonly frame: Frame | null
  readonly threshold?: ChartPanelProps['threshold'] | undefined
}): ReactNode {
  const text = useText()
  const figures = useFigures()
  const { title, hint, format, unit, measure, fold } = METRIC_LOOKS[metric]
  const name = text(`charts.${title}`)
  const lines = useMemo(() => [{ key: metric, label: name }], [metric, name])
  return (
    <ChartPanel
      title={name}
      hint={text(`charts.${hint}`)}
      series={series}
      frame={frame}
      lines={lines}
      format={figures[format]}
      measure={measure}
      {...(unit && { unit })}
      {...(fold && { fold })}
      {...(threshold && { threshold })}
    />
  )
}
