'use client'

import { useMemo } from 'react'
import { frameOf, type Frame } from './buckets'

export const RANGES = [5, 15] as const
export type RangeMinutes = (typeof RANGES)[number]

/** The frame that ends with the newest figures; it moves on only when they do. Null before the first. */
export function useFrame(newest: number | undefined, minutes: RangeMinutes): Frame | null {
  const to = newest === undefined ? null : frameOf(newest, minutes).to
  return useMemo(() => (to === null ? null : frameOf(to, minutes)), [to, minutes])
}
