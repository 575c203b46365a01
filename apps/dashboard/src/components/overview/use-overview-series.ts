'use client'

import type { Overview, Series } from '@plugboard/protocol'
import type { Frame } from '@/components/charts/data/buckets'
import { useLosses } from '@/components/charts/data/use-losses'
import { useBreakdown } from '@/components/charts/data/use-breakdown'
import { usePast, type PastLine } from '@/components/charts/data/use-past'

interface OverviewSeries {
  readonly topics: Series | null
  readonly manager: Series | null
  readonly memory: Series | null
  readonly losses: Series | null
}

const MANAGER_LINES: readonly PastLine[] = [
  { name: 'errorRate60s', fold: 'max', ask: ['stats.history', { metric: 'errorRate60s' }] },
]

/** What the first page charts: from the topic while every second is there, else from what is kept. */
export function useOverviewSeries(
  overview: Overview | null,
  { frame, isLive }: { readonly frame: Frame | null; readonly isLive: boolean },
): OverviewSeries {
  const past = isLive ? null : frame
  const topics = useBreakdown({ by: 'topic', metric: 'eventsPerSecond' }, past)
  const memory = useBreakdown({ by: 'plugin', metric: 'memoryBytes' }, past)
  const losses = useLosses(past)
  const manager = usePast(MANAGER_LINES, past)
  if (past || !overview) return { topics, manager, memory, losses }
  return overview
}
