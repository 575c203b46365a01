'use client'

import type { ReactNode } from 'react'
import { useText } from '@/messages/use-text'
import type { Frame } from '@/components/charts/data/buckets'
import { MARKS, marksWithin, type EventMark } from '@/components/charts/data/event-marks'

/** What the signs on the time axes stand for; only of those that are shown. */
export function MarkLegend({
  marks,
  frame,
}: {
  readonly marks: readonly EventMark[]
  readonly frame: Frame | null
}): ReactNode {
  const text = useText()
  const kinds = new Set(frame ? marksWithin(marks, frame).map(({ kind }) => kind) : [])
  const shown = (Object.keys(MARKS) as EventMark['kind'][]).filter((kind) => kinds.has(kind))
  return (
    <ul aria-label={text('charts.marks')} className="flex flex-wrap gap-x-4 gap-y-1 text-[13px] text-muted">
      {shown.map((kind) => (
        <li key={kind} className="flex items-center gap-1.5">
          <span aria-hidden style={{ color: MARKS[kind].color }}>
            {MARKS[kind].sign}
          </span>
          {text(`charts.mark.${kind}`)}
        </li>
      ))}
    </ul>
  )
}
