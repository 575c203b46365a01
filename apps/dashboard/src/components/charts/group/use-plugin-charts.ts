'use client'

import type { PluginDetail, PluginMetric, Series } from '@plugboard/protocol'
import type { Frame } from '@/components/charts/data/buckets'
import type { EventMark } from '@/components/charts/data/event-marks'
import { useFrame } from '@/components/charts/data/use-frame'
import { useMarks } from '@/components/charts/data/use-marks'
import { usePast, type PastLine } from '@/components/charts/data/use-past'
import { useTimeSpan, type TimeSpan } from '@/components/charts/data/use-time-span'
import { useMemo } from 'react'
import { useText } from '@/messages/use-text'
import type { ChartPanelProps } from './chart-panel'
import { METRIC_LOOKS, type ChartedMetric } from './metric-chart'

const METRICS = Object.keys(METRIC_LOOKS) as ChartedMetric[]

interface PluginCharts {
  readonly span: TimeSpan
  readonly frame: Frame | null
  readonly series: Series<PluginMetric> | null
  readonly marks: readonly EventMark[]
  /** What a figure must not reach, where there is such a value. */
  readonly thresholds: Readonly<Partial<Record<ChartedMetric, NonNullable<ChartPanelProps['threshold']>>>>
}

/** What the charts of a plugin draw: its figures over the range that is chosen, and what happened meanwhile. */
export function usePluginCharts(detail: PluginDetail): PluginCharts {
  const span = useTimeSpan()
  const frame = useFrame(detail.series.at.at(-1), span)
  const series = useSeries(detail, { frame, isLive: span.isLive })
  const text = useText()
  const { id, configRevision, state, lastError, bounds } = detail.view
  const { memoryBytes, mailboxEvents } = bounds
  const thresholds = useMemo(
    () => ({
      // None for the error rate: health is judged by another one, of the whole time since the start.
      memoryBytes: { value: memoryBytes, label: text('charts.bound.memory') },
      mailboxDepth: { value: mailboxEvents, label: text('charts.bound.mailbox') },
    }),
    [memoryBytes, mailboxEvents, text],
  )
  const marks = useMarks({ id }, frame, `${configRevision} ${state} ${lastError?.at}`)
  return { span, frame, series, marks, thresholds }
}

/** The figures of a plugin: from its topic while every second is there, else from what is kept. */
function useSeries(
  { view, series }: PluginDetail,
  { frame, isLive }: { readonly frame: Frame | null; readonly isLive: boolean },
): Series<PluginMetric> | null {
  const lines = METRICS.map((metric): PastLine => ({
    name: metric,
    fold: METRIC_LOOKS[metric].fold ?? 'mean',
    ask: ['plugins.history', { id: view.id, metric }],
  }))
  const past = usePast(lines, isLive ? null : frame)
  return isLive ? series : past
}
