'use client'

import { useMemo } from 'react'
import { useServerClock } from '@/live/use-server-clock'
import { frameOf, type Frame } from './buckets'
import { isLive, type RangeMinutes } from './ranges'

/**
 * The frame that ends with the newest figures; it moves on only when they do. Null before the first.
 * @param newest of the figures that come by the second; longer ranges end now
 */
export function useFrame(newest: number | undefined, minutes: RangeMinutes): Frame | null {
  const now = useServerClock()
  const end = isLive(minutes) ? newest : now || undefined
  const to = end === undefined ? null : frameOf(end, minutes).to
  return useMemo(() => (to === null ? null : frameOf(to, minutes)), [to, minutes])
}
