'use client'

import { useMemo } from 'react'
import { useAnswer } from '@/live/use-answer'
import { useSay } from '@/messages/use-say'
import { useTopic } from '@/live/use-live'
import type { Frame } from './buckets'
import { incidentMarks, marksOf, type EventMark } from './event-marks'

const MAX_READ = 1_000
const SERVER = { kind: 'server' } as const

/** What happened to the server and to its plugins within the frame: its starts and stops, and where incidents began. */
export function useServerMarks(frame: Frame | null): readonly EventMark[] {
  const say = useSay()
  const ofServer = useMarks(SERVER, frame)
  const { state: recent } = useTopic('incidents')
  // Of those that are over, the topic holds the newest: the roots after this one are all there.
  const oldest = recent?.findLast(({ closedAt, rootId }) => closedAt !== null && rootId === null)
  const goesFurther = frame !== null && oldest !== undefined && oldest.openedAt > frame.from
  const { value: older } = useAnswer(
    'incidents.list',
    goesFurther ? { ...rounded(frame), before: oldest.id, limit: MAX_READ } : null,
  )
  return useMemo(
    () => [...ofServer, ...incidentMarks([...(recent ?? []), ...(older ?? [])], say)],
    [ofServer, recent, older, say],
  )
}

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
  const { value } = useAnswer('timeline.list', frame && { ...of, ...rounded(frame), limit: MAX_READ }, version)
  return useMemo(() => marksOf(value ?? [], say), [value, say])
}

/**
 * The time of a frame, rounded, so that not every step of the frame causes a request. Without an end, what came afterwards
 * could be all that is answered.
 */
function rounded({ from, to }: Frame): { readonly from: number; readonly to: number } {
  const spanMs = to - from
  return { from: Math.floor(from / spanMs) * spanMs, to: Math.ceil(to / spanMs) * spanMs }
}
