'use client'

import { useRouter } from 'next/navigation'
import { useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react'
import { useFigures } from '@/format/use-figures'
import { spansDays } from '@/components/charts/data/buckets'
import { indexAt, nextIndex, pointedIndex } from '@/components/charts/draw/cursor'
import { activityHref } from '@/navigation/activity-href'
import { useChartGroup, useCursor } from './chart-group'
import { Reading, spokenReading } from '@/components/charts/draw/chart-reading'
import { CursorLine } from '@/components/charts/draw/cursor-line'
import { INSETS, Plot, type PlotProps } from '@/components/charts/draw/plot'
import { classes } from '@/components/ui/class-names'

/** So many intervals are no slip of the hand. */
const LEAST_CHOSEN = 3

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
  const { onZoom } = useChartGroup()
  const { cursor, setCursor } = useCursor()
  /** Where a drag began, in epoch milliseconds: the rows move on meanwhile. */
  const [anchor, setAnchor] = useState<number | null>(null)
  const at = cursor === null ? null : indexAt(cursor, frame, rows.length)
  const row = at === null ? undefined : rows[at]
  const read = { series, format, marks, stepMs: frame.stepMs }
  const chosen = chosenOf(anchor === null ? null : indexAt(anchor, frame, rows.length), at)
  const zoomTo = ({ first, last }: NonNullable<typeof chosen>): void => {
    setAnchor(null)
    setCursor(null)
    onZoom?.({ from: frame.from + first * frame.stepMs, to: frame.from + (last + 1) * frame.stepMs })
  }
  const write = spansDays(frame) ? figures.day : figures.clock
  const onKeyDown = (event: KeyboardEvent): void => {
    // With ⇧ the keys that move the cursor choose what lies between, and ⏎ zooms into it; any other key gives it up.
    if (onZoom && event.shiftKey && anchor === null) setAnchor(row?.at ?? null)
    if (!event.shiftKey && event.key !== 'Enter') setAnchor(null)
    if (event.key === 'Enter' && chosen) return zoomTo(chosen)
    if (event.key === 'Escape' && anchor !== null) return event.stopPropagation()
    if (event.key === 'Enter' && row) {
      const mark = marks.find((one) => Math.abs(one.at - row.at) <= frame.stepMs)
      return router.push(activityHref({ around: mark?.at ?? row.at }, mark?.pluginId ?? null))
    }
    const next = nextIndex(event.key, at, rows.length)
    if (next === undefined) return
    event.preventDefault()
    event.stopPropagation()
    setCursor(next === null ? null : rows[next]!.at)
  }
  /** @param isDrag beyond an edge it is that of the edge */
  const momentUnder = (event: PointerEvent, isDrag = false): number | null =>
    rows[indexUnder(event, { count: rows.length, isDrag }) ?? -1]?.at ?? null
  const onPointer = (event: PointerEvent): void => {
    setCursor(momentUnder(event, anchor !== null))
    // Also beyond the edge of the chart; not at once, since a click is one of what is under the pointer.
    if (chosen && !event.currentTarget.hasPointerCapture(event.pointerId))
      event.currentTarget.setPointerCapture(event.pointerId)
  }
  const onPointerDown = (event: PointerEvent): void => {
    onPointer(event)
    // A finger scrolls, and a secondary button opens a menu.
    if (!onZoom || event.pointerType === 'touch' || event.button !== 0) return
    setAnchor(momentUnder(event))
  }
  const onPointerUp = (): void => {
    if (chosen) zoomTo(chosen)
    setAnchor(null)
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
        onBlur={() => {
          setCursor(null)
          setAnchor(null)
        }}
        onPointerDown={onPointerDown}
        onPointerMove={onPointer}
        onPointerUp={onPointerUp}
        // After a touch the cursor stays, so that its values can be read. A scroll removes the cursor.
        onPointerLeave={({ pointerType }) => {
          if (pointerType === 'touch' || chosen) return
          setCursor(null)
          setAnchor(null)
        }}
        onPointerCancel={() => {
          setCursor(null)
          setAnchor(null)
        }}
        className={classes('h-44 touch-pan-y rounded select-none', onZoom && 'cursor-crosshair')}
      >
        <Plot {...plot} />
      </div>
      {chosen && <Chosen {...chosen} count={rows.length} />}
      {row && (
        <CursorLine {...plot} row={row}>
          <Reading row={row} {...read} />
        </CursorLine>
      )}
    </figure>
  )
}

interface ChosenRows {
  /** Indexes of rows, both of them included. */
  readonly first: number
  readonly last: number
}

function chosenOf(anchor: number | null, at: number | null): ChosenRows | null {
  if (anchor === null || at === null) return null
  const [first, last] = [Math.min(anchor, at), Math.max(anchor, at)]
  return last - first + 1 >= LEAST_CHOSEN ? { first, last } : null
}

/** What a drag has covered so far. */
function Chosen({ first, last, count }: ChosenRows & { readonly count: number }): ReactNode {
  return (
    <div aria-hidden className="pointer-events-none absolute" style={INSETS}>
      <div
        className="absolute inset-y-0 rounded-sm bg-accent/15"
        style={{ left: `${(first / count) * 100}%`, width: `${((last + 1 - first) / count) * 100}%` }}
      />
    </div>
  )
}

function indexUnder(
  { clientX, currentTarget }: PointerEvent,
  { count, isDrag }: { readonly count: number; readonly isDrag: boolean },
): number | null {
  const { left, width } = currentTarget.getBoundingClientRect()
  const share = (clientX - left - INSETS.left) / (width - INSETS.left - INSETS.right)
  return pointedIndex(isDrag ? Math.min(1, Math.max(0, share)) : share, count)
}
