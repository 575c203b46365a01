'use client'

import { useRouter } from 'next/navigation'
import type { KeyboardEvent, PointerEvent, ReactNode } from 'react'
import { useFigures } from '@/format/use-figures'
import { spansDays } from '@/components/charts/data/buckets'
import { indexAt, nextIndex, pointedIndex } from '@/components/charts/draw/cursor'
import { activityHref } from '@/navigation/activity-href'
import { useCursor } from './chart-group'
import { Reading, spokenReading } from '@/components/charts/draw/chart-reading'
import { CursorLine } from '@/components/charts/draw/cursor-line'
import { INSETS, Plot, type PlotProps } from '@/components/charts/draw/plot'

interface TimeChartProps extends PlotProps {
  readonly title: string
  /** One sentence for screen readers. */
  readonly summary: string
}

/** Lines or stacked areas over time, and a cursor that the pointer or the keyboard moves. It lies above: the curves are not drawn anew for it. */
export function TimeChart({ title, summary, ...plot }: TimeChartProps): ReactNode {
  const { rows, frame, series, format, marks } = plot
  const figures = useFigures()
  const router = useRouter()
  const { cursor, setCursor } = useCursor()
  const at = cursor === null ? null : indexAt(cursor, frame, rows.length)
  const row = at === null ? undefined : rows[at]
  const read = { series, format, marks, stepMs: frame.stepMs }
  const write = spansDays(frame) ? figures.day : figures.clock
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && row) {
      const mark = marks.find((one) => Math.abs(one.at - row.at) <= frame.stepMs)
      return router.push(activityHref({ around: mark?.at ?? row.at, pluginId: mark?.pluginId ?? null }))
    }
    const next = nextIndex(event.key, at, rows.length)
    if (next === undefined) return
    event.preventDefault()
    event.stopPropagation()
    setCursor(next === null ? null : rows[next]!.at)
  }
  const onPointer = ({ clientX, currentTarget }: PointerEvent): void => {
    const { left, width } = currentTarget.getBoundingClientRect()
    const share = (clientX - left - INSETS.left) / (width - INSETS.left - INSETS.right)
    setCursor(rows[pointedIndex(share, rows.length) ?? -1]?.at ?? null)
  }
  return (
    <figure className="relative m-0">
      <figcaption className="sr-only">{summary}</figcaption>
      <div
        role="slider"
        tabIndex={0}
        aria-label={title}
        aria-valuemin={0}
        aria-valuemax={rows.length - 1}
        aria-valuenow={at ?? rows.length - 1}
        // Constant without a cursor, because screen readers announce every change of this value.
        aria-valuetext={row ? spokenReading(row, read, write(row.at)) : title}
        onKeyDown={onKeyDown}
        onBlur={() => setCursor(null)}
        onPointerDown={onPointer}
        onPointerMove={onPointer}
        // After a touch the cursor stays, so that its values can be read. A scroll removes the cursor.
        onPointerLeave={({ pointerType }) => pointerType !== 'touch' && setCursor(null)}
        onPointerCancel={() => setCursor(null)}
        className="h-44 touch-pan-y rounded select-none"
      >
        <Plot {...plot} />
      </div>
      {row && (
        <CursorLine {...plot} row={row}>
          <Reading row={row} {...read} />
        </CursorLine>
      )}
    </figure>
  )
}
