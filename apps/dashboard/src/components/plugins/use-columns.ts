'use client'

import { useEffect, useMemo, useState, type RefObject } from 'react'
import { keep, readKept } from '@/hooks/storage'
import { useWidth } from '@/hooks/use-width'
import { COLUMNS, fitColumns, type ColumnId } from './columns'

const KEY = 'plugboard.columns'

/**
 * The columns that are chosen in this browser, and those of them that there is room for.
 * @param place what the table fills
 */
export function useColumns(place: RefObject<HTMLElement | null>): ReturnType<typeof fitColumns> & {
  readonly chosen: readonly ColumnId[]
  readonly choose: (columns: readonly ColumnId[]) => void
} {
  const width = useWidth(place)
  const [chosen, setChosen] = useState<readonly ColumnId[]>(COLUMNS)
  useEffect(() => setChosen(readColumns()), [])
  const fitting = useMemo(() => fitColumns(chosen, width), [chosen, width])
  return {
    ...fitting,
    chosen,
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
