'use client'

import { useEffect, useReducer, useState } from 'react'
import { useTopic } from '@/live/use-live'
import { narrowTail, NO_LINES, pauseTail, resumeTail, takeLines, type TailLines } from './tail-lines'
import { fitsPattern } from './topic-pattern'

export interface Tail {
  readonly lines: TailLines
  /** The server sends what fits the pattern; before, an event may pass unseen. */
  readonly open: boolean
  /** How many the server left out since the tail began: they came too fast. */
  readonly skipped: number
  /** The code of a refusal. */
  readonly error: string | null
  readonly paused: boolean
  readonly setPaused: (paused: boolean) => void
}

/** The live tail of a pattern. A pause holds what is shown, and keeps what arrives meanwhile. */
export function useTail(pattern: string): Tail {
  const { state, error } = useTopic(`events:${pattern}`)
  const [lines, change] = useReducer(applied, NO_LINES)
  const [of, setOf] = useState(pattern)
  if (of !== pattern) {
    setOf(pattern)
    change((before) => narrowTail(before, ({ topic }) => fitsPattern(pattern, topic)))
  }
  useEffect(() => {
    if (state) change((before) => takeLines(before, state.events))
  }, [state])
  return {
    lines,
    open: state !== null,
    skipped: state?.skipped ?? 0,
    error: error?.code ?? null,
    paused: lines.waiting !== null,
    setPaused: (paused) => change(paused ? pauseTail : resumeTail),
  }
}

function applied(before: TailLines, change: (before: TailLines) => TailLines): TailLines {
  return change(before)
}
