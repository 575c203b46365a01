'use client'

import type { StateHistory } from '@plugboard/protocol'
import { useMemo } from 'react'
import { useAnswer } from '@/live/use-answer'
import { useServerClock } from '@/live/use-server-clock'

/** As far as the topics of the server go. */
const LIVE_MS = 24 * 3_600_000
const MINUTE_MS = 60_000

/**
 * The states of plugins since a moment: what the topics hold, and for longer what is kept.
 * @param recent what the topics hold, by plugin
 */
export function useStates(
  recent: Readonly<Record<string, StateHistory>>,
  { ids, from }: { readonly ids: readonly string[]; readonly from: number },
): Readonly<Record<string, StateHistory>> {
  const now = useServerClock(MINUTE_MS)
  const isLong = from > 0 && now - from > LIVE_MS
  // Rounded, so that not every step of the range causes a request.
  const since = Math.floor(from / LIVE_MS) * LIVE_MS
  const { value: kept } = useAnswer('plugins.states', isLong && ids.length > 0 ? { ids: [...ids], from: since } : null)
  return useMemo(() => {
    if (!kept) return recent
    return Object.fromEntries(
      ids.map((id) => {
        const [older, newer] = [kept[id] ?? [], recent[id] ?? []]
        const begin = newer[0]?.at ?? Infinity
        return [id, [...older.filter(({ at }) => at < begin), ...newer]]
      }),
    )
  }, [recent, kept, ids])
}
