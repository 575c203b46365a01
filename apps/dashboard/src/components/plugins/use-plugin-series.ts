'use client'

import type { PluginDetail, PluginMetric, Series } from '@plugboard/protocol'
import { useMemo } from 'react'
import type { Frame } from '@/components/charts/buckets'
import { isLive, type RangeMinutes } from '@/components/charts/ranges'
import { usePast, type PastLine } from '@/components/charts/use-past'
import { METRIC_LOOKS, type ChartedMetric } from './metric-chart'

const METRICS = Object.keys(METRIC_LOOKS) as ChartedMetric[]

/** The figures of a plugin: from its topic while every second is there, else from what is kept. */
export function usePluginSeries(
  { view, series }: PluginDetail,
  frame: Frame | null,
  minutes: RangeMinutes,
): Series<PluginMetric> | null {
  const lines = useMemo(
    () =>
      METRICS.map((metric): PastLine => ({
        name: metric,
        fold: METRIC_LOOKS[metric].fold ?? 'mean',
        ask: ['plugins.history', { id: view.id, metric }],
      })),
    [view.id],
  )
  const live = isLive(minutes)
  const past = usePast(lines, live ? null : frame)
  return live ? series : past
}
