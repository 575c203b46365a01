'use client'

import { memo, useCallback, useMemo, type KeyboardEvent, type ReactNode } from 'react'
import {
  Area,
  CartesianGrid,
  ComposedChart,
  Line,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts'
import { classes } from '@/components/ui/class-names'
import { useFigures } from '@/format/use-figures'
import type { ChartRow, Frame } from './buckets'
import { MARKS, type EventMark } from './event-marks'
import { useChartGroup } from './chart-group'
import { HoverReading, Reading, spokenReading, type ChartSeries } from './chart-reading'
import { timeTicks } from './ticks'

interface TimeChartProps {
  readonly rows: readonly ChartRow[]
  readonly frame: Frame
  readonly series: readonly ChartSeries[]
  readonly stacked?: boolean
  readonly ticks: readonly number[]
  readonly format: (value: number | null) => string
  readonly marks: readonly EventMark[]
  readonly threshold?: { readonly value: number; readonly label: string } | undefined
  readonly title: string
  /** One sentence for who cannot see the lines. */
  readonly summary: string
}

const AXIS = { fontSize: 12, fill: 'var(--color-faint)' }
const HEIGHT = 176
const DAY_MS = 86_400_000
/** Charts of one page share their cursor. */
const SYNC_ID = 'page'

/**
 * Lines or stacked areas over time. Axes and ticks are fixed by the caller: automatic ones cost 60–390 ms an update
 * [UX]; and it is drawn anew only when it has to be, whatever else of the page changes.
 */
export const TimeChart = memo(function TimeChart({
  rows,
  frame,
  series,
  stacked = false,
  ticks,
  format,
  marks,
  threshold,
  title,
  summary,
}: TimeChartProps): ReactNode {
  const figures = useFigures()
  const { cursor, setCursor } = useChartGroup()
  const times = useMemo(() => timeTicks(frame), [frame])
  // Recharts breaks a label at its blanks; and a function that is another each time is another axis to it.
  const formatTick = useCallback((value: number) => format(value).replaceAll(' ', '\u00a0'), [format])
  const isLong = frame.to - frame.from > DAY_MS
  const at = cursor === null ? null : indexAt(rows, cursor)
  const read = { series, format, marks, stepMs: frame.stepMs }
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = nextIndex(event.key, at, rows.length)
    if (next === undefined) return
    event.preventDefault()
    event.stopPropagation()
    setCursor(next === null ? null : rows[next]!.at)
  }
  return (
    <figure className="relative m-0">
      <figcaption className="sr-only">{summary}</figcaption>
      {/* Recharts' own keys know only as many places as there are ticks. */}
      <div
        role="slider"
        tabIndex={0}
        aria-label={title}
        aria-valuemin={0}
        aria-valuemax={rows.length - 1}
        aria-valuenow={at ?? rows.length - 1}
        // Without a cursor it stands still: a value that changes is read out.
        aria-valuetext={
          at === null
            ? title
            : spokenReading(rows[at]!, read, isLong ? figures.day(rows[at]!.at) : figures.clock(rows[at]!.at))
        }
        onKeyDown={onKeyDown}
        onBlur={() => setCursor(null)}
        // One reading at a time: the pointer's, or the keyboard's.
        onPointerMove={() => at !== null && setCursor(null)}
        className="h-44 rounded"
      >
        <ResponsiveContainer width="100%" height={HEIGHT} debounce={100}>
          <ComposedChart
            data={rows}
            margin={{ top: 14, right: 8, bottom: 0, left: 0 }}
            syncId={SYNC_ID}
            accessibilityLayer={false}
          >
            <CartesianGrid vertical={false} stroke="var(--color-line)" />
            <XAxis
              dataKey="at"
              type="number"
              domain={[frame.from, frame.to]}
              ticks={times}
              tickFormatter={isLong ? figures.date : figures.clockMinutes}
              tick={AXIS}
              tickLine={false}
              axisLine={false}
              height={24}
              allowDataOverflow
            />
            <YAxis
              domain={[0, ticks.at(-1)!]}
              ticks={ticks}
              tickFormatter={formatTick}
              tick={AXIS}
              tickLine={false}
              axisLine={false}
              width={72}
              allowDataOverflow
            />
            <Tooltip
              isAnimationActive={false}
              cursor={{ stroke: 'var(--color-line-strong)' }}
              content={<HoverReading {...read} />}
            />
            {series.map(({ key, color }) =>
              stacked ? (
                <Area
                  key={key}
                  dataKey={({ values }: ChartRow) => values.get(key)}
                  stackId="all"
                  stroke={color}
                  fill={color}
                  fillOpacity={0.28}
                  strokeWidth={1.25}
                  isAnimationActive={false}
                  dot={loneDots(rows, key, color)}
                  activeDot={false}
                  type="linear"
                />
              ) : (
                <Line
                  key={key}
                  dataKey={({ values }: ChartRow) => values.get(key)}
                  stroke={color}
                  strokeWidth={1.75}
                  isAnimationActive={false}
                  dot={loneDots(rows, key, color)}
                  activeDot={{ r: 3 }}
                  type="linear"
                  connectNulls={false}
                />
              ),
            )}
            {threshold && (
              <ReferenceLine
                y={threshold.value}
                stroke="var(--color-bad)"
                strokeDasharray="4 3"
                label={{ value: threshold.label, position: 'insideBottomLeft', fontSize: 11, fill: 'var(--color-bad)' }}
              />
            )}
            {marks.map(({ at, kind, label }) => (
              <ReferenceLine
                key={`${kind}-${at}`}
                x={at}
                stroke={MARKS[kind].color}
                strokeDasharray="2 3"
                label={<MarkSign kind={kind} title={`${figures.when(at)} · ${label}`} />}
              />
            ))}
            {at !== null && <ReferenceLine x={rows[at]!.at} stroke="var(--color-ink)" />}
          </ComposedChart>
        </ResponsiveContainer>
      </div>
      {at !== null && (
        <div
          aria-hidden
          className={classes('pointer-events-none absolute top-2 z-10', at > rows.length / 2 ? 'left-20' : 'right-4')}
        >
          <Reading row={rows[at]!} {...read} />
        </div>
      )}
    </figure>
  )
})

/** Stands at the top of its line; says what it is when the pointer is on it. */
function MarkSign({
  kind,
  title,
  viewBox,
}: {
  readonly kind: EventMark['kind']
  readonly title: string
  /** Of its line, from the chart. */
  readonly viewBox?: { readonly x?: number; readonly y?: number }
}): ReactNode {
  const { sign, color } = MARKS[kind]
  return (
    <text x={viewBox?.x ?? 0} y={(viewBox?.y ?? 0) - 4} textAnchor="middle" fontSize={10} fill={color}>
      <title>{title}</title>
      {sign}
    </text>
  )
}

/** A value between two gaps has no line: it is a dot. Where there is none, nothing is drawn for each point. */
function loneDots(rows: readonly ChartRow[], key: string, color: string) {
  const has = (index: number): boolean => typeof rows[index]?.values.get(key) === 'number'
  const isLone = (index: number): boolean => has(index) && !has(index - 1) && !has(index + 1)
  if (!rows.some((_row, index) => isLone(index))) return false
  return ({ index = 0, cx, cy }: { index?: number; cx?: number; cy?: number }): ReactNode =>
    isLone(index) ? <circle key={index} cx={cx} cy={cy} r={2} fill={color} /> : <g key={index} />
}

/** Where the cursor goes; null: away, undefined: the key is not for it. */
function nextIndex(key: string, at: number | null, count: number): number | null | undefined {
  const last = count - 1
  switch (key) {
    case 'ArrowLeft':
      return Math.max(0, (at ?? count) - 1)
    case 'ArrowRight':
      return at === null ? last : Math.min(last, at + 1)
    case 'PageUp':
      return Math.max(0, (at ?? last) - 10)
    case 'PageDown':
      return Math.min(last, (at ?? last) + 10)
    case 'Home':
      return 0
    case 'End':
      return last
    case 'Escape':
      return at === null ? undefined : null
    default:
      return undefined
  }
}

/** The interval that a moment is in; the first one where it has passed out of the chart. */
function indexAt(rows: readonly ChartRow[], moment: number): number {
  return Math.max(
    0,
    rows.findLastIndex(({ at }) => at <= moment),
  )
}
