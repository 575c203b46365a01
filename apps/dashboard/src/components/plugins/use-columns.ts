'use client'

import { useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import { keep, readKept } from '@/live/storage'
import { COLUMN_LOOKS, COLUMNS, type ColumnId } from './columns'

const KEY = 'plugboard.columns'
/** Where the layout changes. */
const STEPS = [640, 1_024, 1_280, 1_536]
/** From here on several can be selected, and each row has its buttons. */
const SELECT_FROM = 640
const ACTIONS_FROM = 1_280

/** The columns that are chosen in this browser, and those of them that the window has room for. */
export function useColumns(): {
  readonly chosen: readonly ColumnId[]
  readonly shown: readonly ColumnId[]
  readonly selectable: boolean
  readonly withActions: boolean
  readonly choose: (columns: readonly ColumnId[]) => void
} {
  const width = useWindowStep()
  const [chosen, setChosen] = useState<readonly ColumnId[]>(COLUMNS)
  useEffect(() => setChosen(readColumns()), [])
  const shown = useMemo(
    () => COLUMNS.filter((column) => chosen.includes(column) && width >= COLUMN_LOOKS[column].from),
    [chosen, width],
  )
  return {
    chosen,
    shown,
    selectable: width >= SELECT_FROM,
    withActions: width >= ACTIONS_FROM,
    choose: (columns) => {
      setChosen(columns)
      keep('localStorage', KEY, columns.length === COLUMNS.length ? null : columns.join(' '))
    },
  }
}

function readColumns(): readonly ColumnId[] {
  const kept = readKept('localStorage', KEY)
  return kept === null ? COLUMNS : COLUMNS.filter((column) => kept.split(' ').includes(column))
}

/** The largest step that the window is as wide as; the exported page is that of a desk. */
function useWindowStep(): number {
  return useSyncExternalStore(
    subscribe,
    () => STEPS.findLast((step) => window.matchMedia(`(min-width: ${step}px)`).matches) ?? 0,
    () => 1_280,
  )
}

function subscribe(onChange: () => void): () => void {
  const queries = STEPS.map((step) => window.matchMedia(`(min-width: ${step}px)`))
  for (const query of queries) query.addEventListener('change', onChange)
  return () => {
    for (const query of queries) query.removeEventListener('change', onChange)
  }
}
