'use client'

import { LOSS_CAUSES, lossName, type Series } from '@plugboard/protocol'
import { useOperation } from '@/live/use-operation'
import type { Frame } from './buckets'
import { gridOf, onGrid } from './past-grid'
import { useHistory } from './use-history'

/** The history of lost events per second, by plugin and cause, as the overview has it for the last minutes. */
export function useLosses(frame: Frame | null): Series | null {
  const call = useOperation()
  return useHistory('losses', frame, async (range, of) => {
    const columns = await Promise.all(
      LOSS_CAUSES.map(async (cause) => {
        const { lines } = await call('stats.breakdown', { by: 'plugin', metric: `${cause}PerSecond`, ...range })
        return lines.map(({ name, points }) => [lossName(name, cause), onGrid(points, of, 'mean')] as const)
      }),
    )
    const lost = columns.flat().filter(([, values]) => values.some((value) => (value ?? 0) > 0))
    return { at: gridOf(of), values: Object.fromEntries(lost) }
  })
}
