'use client'

import type { Operations, TimelineView } from '@plugboard/protocol'
import { useEffect, useState } from 'react'
import { useAnswer } from '@/live/use-answer'
import { usePages, type Pages } from '@/live/use-pages'
import { useServerClock } from '@/live/use-server-clock'

const PAGE = 200
const LOOK_MS = 4_000

interface Activity extends Pages<TimelineView> {
  /** There are newer entries than those that are shown; null: there are none, or they will come by themselves. */
  readonly showNewer: (() => void) | null
}

/**
 * What happened, page by page. New entries come by themselves, unless older pages were read on: those would be lost.
 * @param input `to` in the past: nothing new is looked for
 */
export function useActivity(input: Omit<Operations['timeline.list']['input'], 'limit' | 'before'>): Activity {
  const isLive = input.to === undefined
  const tick = useServerClock(LOOK_MS)
  const { value: head } = useAnswer('timeline.list', isLive ? { ...input, limit: 1 } : null, Math.floor(tick / LOOK_MS))
  const newest = head?.[0]?.id ?? null
  const [shown, setShown] = useState<number | null>(null)
  const pages = usePages('timeline.list', { ...input, limit: PAGE }, shown)
  const count = pages.rows?.length ?? 0
  const isStale = pages.rows !== null && newest !== null && newest > (pages.rows[0]?.id ?? 0)
  const mayFollow = count <= PAGE
  useEffect(() => {
    if (isStale && mayFollow) setShown(newest)
  }, [isStale, mayFollow, newest])
  return { ...pages, showNewer: isStale && !mayFollow ? () => setShown(newest) : null }
}
