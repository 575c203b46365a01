'use client'

import { createContext, useContext, useMemo, useState, type ReactNode } from 'react'
import { FrameQueue } from './frame-queue'
import type { EventMark } from '@/components/charts/data/event-marks'
import type { Zoom } from '@/components/charts/data/use-time-span'

interface ChartGroupValue {
  readonly queue: FrameQueue
  readonly marks: readonly EventMark[]
  /** Shows what was dragged over; null: they cannot be zoomed. */
  readonly onZoom: ((zoom: Zoom) => void) | null
}

interface Cursor {
  /** In epoch milliseconds; null while nothing is pointed at. */
  readonly cursor: number | null
  readonly setCursor: (at: number | null) => void
}

const NO_MARKS: readonly EventMark[] = []
const ChartGroupContext = createContext<ChartGroupValue | null>(null)
/** A separate context: the cursor follows the pointer, and only what shows the cursor has to render again. */
const CursorContext = createContext<Cursor | null>(null)

/** The charts of one page: they share their cursor and their marks, and are drawn one after the other. */
export function ChartGroup({
  marks = NO_MARKS,
  onZoom = null,
  children,
}: {
  readonly marks?: readonly EventMark[]
  readonly onZoom?: ChartGroupValue['onZoom']
  readonly children: ReactNode
}): ReactNode {
  const [queue] = useState(() => new FrameQueue())
  const [cursor, setCursor] = useState<number | null>(null)
  return (
    <ChartGroupContext value={useMemo(() => ({ queue, marks, onZoom }), [queue, marks, onZoom])}>
      <CursorContext value={useMemo(() => ({ cursor, setCursor }), [cursor])}>{children}</CursorContext>
    </ChartGroupContext>
  )
}

export function useChartGroup(): ChartGroupValue {
  return inGroup(useContext(ChartGroupContext))
}

export function useCursor(): Cursor {
  return inGroup(useContext(CursorContext))
}

function inGroup<T>(value: T | null): T {
  if (value === null) throw new Error('a chart must be inside a ChartGroup')
  return value
}
