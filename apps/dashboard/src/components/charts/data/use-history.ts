'use client'

import { useEffect, useEffectEvent, useState } from 'react'
import { useMay } from '@/live/use-live'
import type { Frame } from './buckets'

const RETRY_MS = 5_000

/** What the operations of history are asked for. */
export interface HistoryRange {
  readonly from: number
  readonly to: number
  readonly points: number
}

/**
 * Fetches stored history for the frame, again when the frame or `key` changes. Null before the first answer; an older
 * answer stays until the next one arrives.
 * @param frame null asks for nothing
 */
export function useHistory<T>(
  key: string,
  frame: Frame | null,
  ask: (range: HistoryRange, frame: Frame) => Promise<T>,
): T | null {
  const allowed = useMay('stats.history')
  const [answer, setAnswer] = useState<T | null>(null)
  const [attempt, setAttempt] = useState(0)
  const fetch = useEffectEvent(ask)
  useEffect(() => {
    if (!frame || !allowed) return
    let current = true
    let retry: ReturnType<typeof setTimeout> | undefined
    const { from, to, stepMs } = frame
    fetch({ from, to, points: Math.round((to - from) / stepMs) }, frame).then(
      (found) => {
        if (current) setAnswer(found)
      },
      // Keep the last answer and retry: the frame may not change again for hours.
      () => {
        if (current) retry = setTimeout(() => setAttempt((count) => count + 1), RETRY_MS)
      },
    )
    return () => {
      current = false
      clearTimeout(retry)
    }
  }, [allowed, key, frame, attempt])
  return answer
}
