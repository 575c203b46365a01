'use client'

import { useMemo } from 'react'
import { useServerClock } from '@/live/use-server-clock'
import { frameBetween, frameOf, type Frame } from './buckets'
import type { TimeSpan } from './use-time-span'

/**
 * The frame that ends with the newest figures; it moves on only when they do. What was chosen of the past stands
 * still. Null before the first.
 * @param newest of the figures that come by the second; longer ranges end now
 */
export function useFrame(newest: number | undefined, { minutes, zoom, isLive }: TimeSpan): Frame | null {
  const now = useServerClock()
  const end = isLive ? newest : now || undefined
  const to = end === undefined ? null : frameOf(end, minutes).to
  return useMemo(() => {
    if (zoom) return frameBetween(zoom)
    return to === null ? null : frameOf(to, minutes)
  }, [zoom, to, minutes])
}
