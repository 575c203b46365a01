'use client'

import type { BoardRow } from '@plugboard/protocol'
import { useEffect, useEffectEvent, useState } from 'react'
import { useOnline } from '@/live/use-live'
import { useOperation } from '@/live/use-operation'
import { useSettled } from '@/hooks/use-settled'

type Values = readonly (number | null)[]

const SECONDS = 60
/** As many as the server answers at once. */
const MAX_AT_ONCE = 200

/** Events per second of the last minute of those rows that are on screen: the past from the server, then what comes. */
export function useSparklines(rows: readonly BoardRow[], enabled: boolean): ReadonlyMap<string, Values> {
  const call = useOperation()
  const online = useOnline()
  const [lines, setLines] = useState<ReadonlyMap<string, Values>>(new Map())
  // By id, once the list stands still: an order that changes asks for nothing.
  const ids = useSettled(
    rows
      .map(({ id }) => id)
      .sort()
      .join(' '),
  )

  const append = useEffectEvent(() =>
    setLines(
      (before) =>
        new Map(
          rows.map(({ id, eventsPerSecond }) => [id, [...(before.get(id) ?? []), eventsPerSecond].slice(-SECONDS)]),
        ),
    ),
  )
  useEffect(() => {
    if (!enabled || !online || ids === '') return
    let current = true
    const ask = (): void => {
      // What passed in a hidden tab is asked for when it is shown again.
      if (document.hidden) return
      call('plugins.sparklines', { ids: ids.split(' ').slice(0, MAX_AT_ONCE) }).then(
        (past) => current && setLines(new Map(Object.entries(past))),
        () => {},
      )
    }
    ask()
    document.addEventListener('visibilitychange', ask)
    const timer = setInterval(() => !document.hidden && append(), 1_000)
    return () => {
      current = false
      document.removeEventListener('visibilitychange', ask)
      clearInterval(timer)
    }
  }, [call, ids, enabled, online])
  return lines
}
