'use client'

import { useCallback, useMemo } from 'react'
import { useQueryParam } from '@/hooks/use-query'
import { isLive, RANGES, type RangeMinutes } from './ranges'

/** Between two moments, in epoch milliseconds. */
export interface Zoom {
  readonly from: number
  readonly to: number
}

/** Which time the charts of a page show: the last minutes, or what was chosen of the past. It stands in the address. */
export interface TimeSpan {
  readonly minutes: RangeMinutes
  /** Null: the last minutes until now. */
  readonly zoom: Zoom | null
  /** The server sends every second of it. */
  readonly isLive: boolean
  readonly setMinutes: (minutes: RangeMinutes) => void
  /** Null goes back to now. */
  readonly setZoom: (zoom: Zoom | null) => void
}

export function useTimeSpan(): TimeSpan {
  const [range, setRange] = useQueryParam('range')
  const [from, setFrom] = useQueryParam('from')
  const [to, setTo] = useQueryParam('to')
  const minutes = RANGES.find((one) => String(one) === range) ?? RANGES[0]
  const zoom = useMemo(() => zoomOf(from, to), [from, to])
  // The same function each time: charts must not be drawn again for it.
  const setZoom = useCallback(
    (next: Zoom | null): void => {
      setFrom(next && String(Math.round(next.from)))
      setTo(next && String(Math.round(next.to)))
    },
    [setFrom, setTo],
  )
  return {
    minutes,
    zoom,
    isLive: zoom === null && isLive(minutes),
    setMinutes: (next) => {
      setZoom(null)
      setRange(next === RANGES[0] ? null : String(next))
    },
    setZoom,
  }
}

/** What stands in an address may be anything. */
function zoomOf(from: string | null, to: string | null): Zoom | null {
  if (from === null || to === null) return null
  const zoom = { from: Number(from), to: Number(to) }
  const isSane = Number.isSafeInteger(zoom.from) && Number.isSafeInteger(zoom.to)
  return isSane && zoom.from > 0 && zoom.to - zoom.from >= LEAST_MS ? zoom : null
}

/** Less has too few seconds to see anything. */
const LEAST_MS = 5_000
