import type { EventLine } from '@plugboard/protocol'

/** While it passes, so many lines are shown; while it is paused, so many more are kept. */
export const MAX_LINES = 500
export const KEPT_WHILE_PAUSED = 1_000

/** What a tail shows, oldest first, and what it holds back. */
export interface TailLines {
  readonly shown: readonly EventLine[]
  /** What came since it was paused; null while it is not. */
  readonly waiting: readonly EventLine[] | null
  /** How many of those had to be let go. */
  readonly lost: number
  /** Lines before which some are missing, by id: how many, or null where the number is unknown. */
  readonly gaps: ReadonlyMap<string, number | null>
  /** The lines belong to the former pattern, so the next window is appended without a gap. */
  readonly isAnother: boolean
}

export const NO_LINES: TailLines = { shown: [], waiting: null, lost: 0, gaps: new Map(), isAnother: false }

/** Takes what the server's window holds now: what follows on the last line here. */
export function takeLines(tail: TailLines, window: readonly EventLine[]): TailLines {
  const last = tail.waiting?.at(-1) ?? tail.shown.at(-1)
  const at = last ? window.findIndex(({ id }) => id === last.id) : -1
  const fresh = window.slice(at + 1)
  const [first] = fresh
  if (!first) return tail
  // The window has moved on past what is here, such as after a lost connection.
  const isGap = last !== undefined && at === -1 && !tail.isAnother
  const gaps = isGap ? new Map([...tail.gaps, [first.id, null] as const]) : tail.gaps
  const next = { ...tail, gaps, isAnother: false }
  if (tail.waiting === null) return { ...next, shown: [...tail.shown, ...fresh].slice(-MAX_LINES) }
  const all = [...tail.waiting, ...fresh]
  const waiting = all.slice(-KEPT_WHILE_PAUSED)
  return { ...next, waiting, lost: tail.lost + all.length - waiting.length }
}

export function pauseTail(tail: TailLines): TailLines {
  return { ...tail, waiting: tail.waiting ?? [], lost: 0 }
}

/** Another pattern is looked at: what is here and fits it stays. */
export function narrowTail({ shown }: TailLines, fits: (line: EventLine) => boolean): TailLines {
  return { ...NO_LINES, shown: shown.filter(fits), isAnother: true }
}

/** Appends the waiting lines. Dropped lines become a gap with their number. */
export function resumeTail({ shown, waiting, lost, gaps, isAnother }: TailLines): TailLines {
  const [first] = waiting ?? []
  return {
    isAnother,
    shown: [...shown, ...(waiting ?? [])].slice(-KEPT_WHILE_PAUSED),
    waiting: null,
    lost: 0,
    gaps: first && lost > 0 ? new Map([...gaps, [first.id, lost] as const]) : gaps,
  }
}
