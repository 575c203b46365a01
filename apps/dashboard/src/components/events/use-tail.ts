'use client'

import type { EventLine, EventTail } from '@plugboard/protocol'
import { useEffect, useState } from 'react'
import { useTopic } from '@/live/use-live'

/** While it is paused, so many more are kept. */
const KEPT_WHILE_PAUSED = 1_000

export interface Tail {
  readonly events: readonly EventLine[]
  /** How many the server left out since the tail began: they came too fast. */
  readonly skipped: number
  /** The code of a refusal. */
  readonly error: string | null
  readonly paused: boolean
  /** What came since it was paused and is kept, and what had to be let go. */
  readonly waiting: number
  readonly lost: number
  readonly setPaused: (paused: boolean) => void
}

interface Paused {
  readonly shown: readonly EventLine[]
  readonly waiting: readonly EventLine[]
  readonly lost: number
}

/** The live tail of a pattern. A pause holds what is shown, and keeps what arrives meanwhile. */
export function useTail(pattern: string): Tail {
  const { state, error } = useTopic(`events:${pattern}`)
  const [held, setHeld] = useState<Paused | null>(null)
  /** What was kept while it was paused, older than what the server still shows. */
  const [kept, setKept] = useState<readonly EventLine[]>([])
  const isPaused = held !== null
  useEffect(() => {
    setHeld(null)
    setKept([])
  }, [pattern])
  useEffect(() => {
    if (isPaused && state) setHeld((before) => before && collect(before, state))
  }, [state, isPaused])
  return {
    events: held ? held.shown : join(kept, state?.events ?? []),
    skipped: state?.skipped ?? 0,
    error: error?.code ?? null,
    paused: isPaused,
    waiting: held?.waiting.length ?? 0,
    lost: held?.lost ?? 0,
    setPaused: (paused) => {
      if (held && !paused) setKept([...held.shown, ...held.waiting].slice(-KEPT_WHILE_PAUSED))
      setHeld(paused ? { shown: join(kept, state?.events ?? []), waiting: [], lost: 0 } : null)
    },
  }
}

/** Adds what is newer than all that is held. */
function collect({ shown, waiting, lost }: Paused, { events }: EventTail): Paused {
  const last = waiting.at(-1) ?? shown.at(-1)
  const at = last ? events.findIndex(({ id }) => id === last.id) : -1
  const all = [...waiting, ...events.slice(at + 1)]
  const kept = all.slice(-KEPT_WHILE_PAUSED)
  return { shown, waiting: kept, lost: lost + all.length - kept.length }
}

/** The older ones, then those that are not among them. */
function join(older: readonly EventLine[], events: readonly EventLine[]): readonly EventLine[] {
  if (older.length === 0) return events
  const known = new Set(older.map(({ id }) => id))
  return [...older, ...events.filter(({ id }) => !known.has(id))].slice(-KEPT_WHILE_PAUSED)
}
