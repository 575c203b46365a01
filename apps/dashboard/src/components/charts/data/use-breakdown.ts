'use client'

import type { Operations, Series } from '@plugboard/protocol'
import { useOperation } from '@/live/use-operation'
import type { Frame } from './buckets'
import { gridOf, onGrid } from './past-grid'
import { useHistory } from './use-history'
import { withOthers } from './with-others'

type Breakdown = Omit<Operations['stats.breakdown']['input'], 'from' | 'to' | 'points'>

/**
 * The history of a metric for the topics or plugins with the largest values within the frame. The others are summed.
 */
export function useBreakdown({ by, metric }: Breakdown, frame: Frame | null): Series | null {
  const call = useOperation()
  return useHistory(`${by} ${metric}`, frame, async (range, of) => {
    const { lines, total } = await call('stats.breakdown', { by, metric, ...range })
    const columns = lines.map(({ name, points }) => [name, onGrid(points, of, 'mean')] as const)
    return withOthers({ at: gridOf(of), values: Object.fromEntries(columns) }, onGrid(total, of, 'mean'))
  })
}
