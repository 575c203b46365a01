'use client'

import { createContext, useContext, useMemo, useState, type ReactNode } from 'react'
import { FrameQueue } from './frame-queue'
import type { EventMark } from './event-marks'

interface ChartGroupValue {
  readonly queue: FrameQueue
  readonly marks: readonly EventMark[]
  /** Where the keyboard's cursor is, in epoch milliseconds. */
  readonly cursor: number | null
  readonly setCursor: (at: number | null) => void
}

const NO_MARKS: readonly EventMark[] = []
const ChartGroupContext = createContext<ChartGroupValue | null>(null)

/** The charts of one page: they share their cursor and their marks, and are drawn one after the other. */
export function ChartGroup({
  marks = NO_MARKS,
  children,
}: {
  readonly marks?: readonly EventMark[]
  readonly children: ReactNode
}): ReactNode {
  const [queue] = useState(() => new FrameQueue())
  const [cursor, setCursor] = useState<number | null>(null)
  const value = useMemo(() => ({ queue, marks, cursor, setCursor }), [queue, marks, cursor])
  return <ChartGroupContext value={value}>{children}</ChartGroupContext>
}

export function useChartGroup(): ChartGroupValue {
  const group = useContext(ChartGroupContext)
  if (!group) throw new Error('a chart stands in a ChartGroup')
  return group
}
