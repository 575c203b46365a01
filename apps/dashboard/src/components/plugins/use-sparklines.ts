'use client'

import type { BoardRow } from '@plugboard/protocol'
import { useEffect, useEffectEvent, useState } from 'react'
import { useOnline } from '@/live/use-live'
import { useOperation } from '@/live/use-operation'

type Values = readonly (number | null)[]

const SECONDS = 60
/** As many as the server answers at once. */
const MAX_AT_ONCE = 200

/** Events per second of the last minute of those rows that are on screen: the past from the server, then what comes. */
export function useSparklines(rows: readonly BoardRow[], enabled: boolean): ReadonlyMap<string, Values> {
  const call = useOperation()
  const online = useOnline()
  const [lines, setLines] = useState<ReadonlyMap<string, Values>>(new Map())
  const ids = rows.map(({ id }) => id).join(' ')

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
    call('plugins.sparklines', { ids: ids.split(' ').slice(0, MAX_AT_ONCE) }).then(
      (past) => current && setLines(new Map(Object.entries(past))),
      () => {},
    )
    const timer = setInterval(() => !document.hidden && append(), 1_000)
    return () => {
      current = false
      clearInterval(timer)
    }
  }, [call, ids, enabled, online])
  return lines
}
