'use client'

import { useRouter } from 'next/navigation'
import { memo, type ReactNode } from 'react'
import { usePlotArea } from 'recharts'
import { groupMarks, MARKS, type EventMark, type MarkGroup } from '@/components/charts/data/event-marks'
import type { Frame } from '@/components/charts/data/buckets'
import { useFigures } from '@/format/use-figures'
import { useText } from '@/messages/use-text'
import { activityHref } from '@/navigation/activity-href'

/** Lines that are nearer could not be told apart. */
const LINE_WIDTH = 3
/** Room for one sign and a count of two digits, in px. */
const SIGN_WIDTH = 28
const SIGN_HEIGHT = 14
/** A longer list would leave the screen. */
const MOST_TOLD = 12

/** A line for each mark, and above them the signs; those that would cover each other are one, with their number. */
export const Marks = memo(function Marks({
  marks,
  frame: { from, to },
}: {
  readonly marks: readonly EventMark[]
  readonly frame: Frame
}): ReactNode {
  const area = usePlotArea()
  if (!area) return null
  const xOf = (at: number): number => area.x + ((at - from) / (to - from)) * area.width
  const msPerPixel = (to - from) / area.width
  const groups = groupMarks(marks, msPerPixel * SIGN_WIDTH)
  return (
    <g>
      {groupMarks(marks, msPerPixel * LINE_WIDTH).map(({ at, kind }) => (
        <line
          key={at}
          x1={xOf(at)}
          x2={xOf(at)}
          y1={area.y}
          y2={area.y + area.height}
          stroke={MARKS[kind].color}
          strokeDasharray="2 3"
        />
      ))}
      {groups.map((group) => (
        <Sign key={group.at} group={group} x={xOf(group.at)} y={area.y} />
      ))}
    </g>
  )
})

/** Says what happened when the pointer is on it, and leads to what happened around it. */
function Sign({
  group: { at, kind, marks },
  x,
  y,
}: {
  readonly group: MarkGroup
  readonly x: number
  readonly y: number
}): ReactNode {
  const text = useText()
  const figures = useFigures()
  const router = useRouter()
  const { sign, color } = MARKS[kind]
  const told = marks.slice(0, MOST_TOLD).map((mark) => `${figures.when(mark.at)} · ${mark.label}`)
  if (marks.length > MOST_TOLD) told.push(text('charts.moreMarks', { count: marks.length - MOST_TOLD }))
  const ids = new Set(marks.map(({ pluginId }) => pluginId))
  const open = (): void => router.push(activityHref({ around: at }, ids.size === 1 ? marks[0]!.pluginId : null))
  return (
    // For the pointer only: the chart around it is a slider, which holds no link, and whose ⏎ leads to the same place.
    <g className="cursor-pointer" data-mark={kind} onClick={open}>
      <title>{told.join('\n')}</title>
      {/* A sign alone would be hard to hit. */}
      <rect x={x - 8} y={y - SIGN_HEIGHT} width={SIGN_WIDTH} height={SIGN_HEIGHT} fill="transparent" />
      <text x={x - 5} y={y - 4} fontSize={10} fill={color}>
        {sign}
        {marks.length > 1 && ` ${marks.length}`}
      </text>
    </g>
  )
}
