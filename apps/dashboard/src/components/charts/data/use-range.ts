'use client'

import { useQueryParam } from '@/hooks/use-query'
import { RANGES, type RangeMinutes } from './ranges'

/** How far back the charts of the page look; it stands in the address. */
export function useRange(): readonly [RangeMinutes, (minutes: RangeMinutes) => void] {
  const [value, set] = useQueryParam('range')
  const minutes = RANGES.find((range) => String(range) === value) ?? RANGES[0]
  return [minutes, (next) => set(next === RANGES[0] ? null : String(next))]
}
