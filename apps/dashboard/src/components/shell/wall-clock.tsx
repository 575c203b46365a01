'use client'

import type { ReactNode } from 'react'
import { useFigures } from '@/format/use-figures'
import { useServerClock } from '@/live/use-server-clock'

/** The time of the server: figures that stand still are old, and a clock that stands still says so. */
export function WallClock(): ReactNode {
  const figures = useFigures()
  const now = useServerClock()
  return <time className="figures text-2xl font-semibold">{figures.clock(now)}</time>
}
