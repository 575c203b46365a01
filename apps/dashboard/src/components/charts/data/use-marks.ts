'use client'

import { useMemo } from 'react'
import { useAnswer } from '@/live/use-answer'
import { useSay } from '@/messages/use-say'
import type { Frame } from './buckets'
import { marksOf, type EventMark } from './event-marks'

const MAX_READ = 1_000

/**
 * What happened within the frame, for the time axes of charts.
 * @param of a plugin, or the server as a whole
 * @param version changes when something may have been added
 */
export function useMarks(
  of: { readonly id: string } | { readonly kind: 'server' },
  frame: Frame | null,
  version: unknown = null,
): readonly EventMark[] {
  const say = useSay()
  // Rounded, so that not every step of the frame causes a request.
  const spanMs = frame ? frame.to - frame.from : 1
  const from = frame && Math.floor(frame.from / spanMs) * spanMs
  const { value } = useAnswer('timeline.list', from === null ? null : { ...of, from, limit: MAX_READ }, version)
  return useMemo(() => marksOf(value ?? [], say), [value, say])
}
