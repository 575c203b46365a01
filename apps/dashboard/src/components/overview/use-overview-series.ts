'use client'

import { OTHERS, type Overview, type Series } from '@plugboard/protocol'
import { useMemo } from 'react'
import type { Frame } from '@/components/charts/buckets'
import { isLive, type RangeMinutes } from '@/components/charts/ranges'
import { usePast, type PastLine } from '@/components/charts/use-past'

interface OverviewSeries {
  readonly topics: Series | null
  readonly manager: Series | null
  readonly memory: Series | null
}

const MANAGER_LINES: readonly PastLine[] = [
  { name: 'errorRate60s', fold: 'max', ask: ['stats.history', { metric: 'errorRate60s' }] },
  { name: 'memoryBytes', fold: 'mean', ask: ['stats.history', { metric: 'memoryBytes' }] },
]

/** What the first page charts: from the topic while every second is there, else from what is kept. */
export function useOverviewSeries(
  overview: Overview | null,
  frame: Frame | null,
  minutes: RangeMinutes,
): OverviewSeries {
  const past = isLive(minutes) ? null : frame
  const topics = usePast(topicLines(overview), past)
  const byPlugin = usePast(memoryLines(overview), past)
  const manager = usePast(MANAGER_LINES, past)
  const memory = useMemo(() => withOthers(byPlugin, manager), [byPlugin, manager])
  if (!past)
    return { topics: overview?.topics ?? null, manager: overview?.manager ?? null, memory: overview?.memory ?? null }
  return { topics, manager, memory }
}

function topicLines(overview: Overview | null): PastLine[] {
  return Object.keys(overview?.topics.values ?? {}).map((name) => ({
    name,
    fold: 'mean',
    ask: ['bus.history', { topic: name }],
  }))
}

function memoryLines(overview: Overview | null): PastLine[] {
  return Object.keys(overview?.memory.values ?? {})
    .filter((name) => name !== OTHERS)
    .map((name) => ({ name, fold: 'mean', ask: ['plugins.history', { id: name, metric: 'memoryBytes' }] }))
}

/** What all plugins hold together, less those that are named. */
function withOthers(named: Series | null, manager: Series | null): Series | null {
  if (!named || !manager) return named
  const total = manager.values.memoryBytes ?? []
  const columns = Object.values(named.values)
  const rest = total.map((sum, index) => {
    if (sum === null) return null
    const known = columns.reduce((held, column) => held + (column?.[index] ?? 0), 0)
    return Math.max(0, sum - known)
  })
  const matters = rest.some((value) => (value ?? 0) > 1_048_576)
  return matters ? { at: named.at, values: { ...named.values, [OTHERS]: rest } } : named
}
