'use client'

import type { Operations, Series } from '@plugboard/protocol'
import { useEffect, useState } from 'react'
import { useMay } from '@/live/use-live'
import { useOperation } from '@/live/use-operation'
import type { Frame } from './buckets'
import { gridOf, onGrid, type PastPoint } from './past-grid'

type HistoryOperation = 'plugins.history' | 'stats.history' | 'bus.history'
type Subject<Name extends HistoryOperation> = Omit<Operations[Name]['input'], 'from' | 'to' | 'points'>

const RETRY_MS = 5_000

/** One line of a chart's past. */
export interface PastLine {
  readonly name: string
  readonly fold: 'mean' | 'max'
  readonly ask: { readonly [Name in HistoryOperation]: readonly [name: Name, subject: Subject<Name>] }[HistoryOperation]
}

/**
 * What is kept of these lines within the frame, asked for anew as the frame moves on, or where they are others. Null while
 * it is not known; the former one stays meanwhile.
 * @param lines may be made anew for each drawing: they are compared by what they say
 * @param frame null asks for nothing
 */
export function usePast(lines: readonly PastLine[], frame: Frame | null): Series | null {
  const call = useOperation()
  const allowed = useMay('plugins.history')
  const [series, setSeries] = useState<Series | null>(null)
  const [attempt, setAttempt] = useState(0)
  const key = JSON.stringify(lines)
  useEffect(() => {
    if (!frame || !allowed) return
    let current = true
    let retry: ReturnType<typeof setTimeout> | undefined
    const { from, to, stepMs } = frame
    const range = { from, to, points: Math.round((to - from) / stepMs) }
    const wanted = JSON.parse(key) as readonly PastLine[]
    Promise.all(wanted.map(({ ask: [name, subject] }) => call(name, { ...subject, ...range }))).then(
      (answers) => {
        if (current) setSeries(toSeries(wanted, frame, answers))
      },
      // The one before stays, and is asked for again: the next step may be hours away.
      () => {
        if (current) retry = setTimeout(() => setAttempt((count) => count + 1), RETRY_MS)
      },
    )
    return () => {
      current = false
      clearTimeout(retry)
    }
  }, [call, allowed, key, frame, attempt])
  return series
}

function toSeries(
  lines: readonly PastLine[],
  frame: Frame,
  answers: readonly { readonly points: readonly PastPoint[] }[],
): Series {
  const values = lines.map(
    ({ name, fold }, index) => [name, onGrid(answers[index]?.points ?? [], frame, fold)] as const,
  )
  return { at: gridOf(frame), values: Object.fromEntries(values) }
}
