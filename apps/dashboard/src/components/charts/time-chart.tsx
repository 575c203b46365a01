'use client'

import { useId, useMemo, type ReactNode } from 'react'
import { Area, CartesianGrid, ComposedChart, Line, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts'
import { formatClock } from '@/format/figures'
import type { ChartRow, Frame } from './buckets'
import { Swatch } from './swatch'
import { timeTicks } from './ticks'

export interface ChartSeries {
  readonly key: string
  readonly label: string
  readonly color: string
}

export interface TimeChartProps {
  readonly rows: readonly ChartRow[]
  readonly frame: Frame
  readonly series: readonly ChartSeries[]
  readonly stacked?: boolean
  readonly ticks: readonly number[]
  readonly format: (value: number | null) => string
  /** One sentence for who cannot see the lines. */
  readonly summary: string
  /** Charts of one page share their cursor. */
  readonly syncId: string
}

const AXIS = { fontSize: 12, fill: 'var(--color-faint)' }
const HEIGHT = 176

/** Lines or stacked areas over time. Axes and ticks are fixed by the caller: automatic ones cost 60–390 ms an update [UX]. */
export default function TimeChart({
  rows,
  frame,
  series,
  stacked = false,
  ticks,
  format,
  summary,
  syncId,
}: TimeChartProps): ReactNode {
  const summaryId = useId()
  const marks = useMemo(() => timeTicks(frame), [frame])
  return (
    <figure aria-labelledby={summaryId} className="m-0">
      <figcaption id={summaryId} className="sr-only">
        {summary}
      </figcaption>
      <div className="h-44" aria-hidden>
        <ResponsiveContainer width="100%" height={HEIGHT} debounce={100}>
          <ComposedChart
            data={rows}
            margin={{ top: 8, right: 8, bottom: 0, left: 0 }}
            syncId={syncId}
            accessibilityLayer={false}
          >
            <CartesianGrid vertical={false} stroke="var(--color-line)" />
            <XAxis
              dataKey="at"
              type="number"
              domain={[frame.from, frame.to]}
              ticks={marks}
              tickFormatter={clockMinutes}
              tick={AXIS}
              tickLine={false}
              axisLine={false}
              height={24}
              allowDataOverflow
            />
            <YAxis
              domain={[0, ticks.at(-1)!]}
              ticks={ticks}
              tickFormatter={format}
              tick={AXIS}
              tickLine={false}
              axisLine={false}
              width={64}
              allowDataOverflow
            />
            <Tooltip
              isAnimationActive={false}
              cursor={{ stroke: 'var(--color-line-strong)' }}
              content={<Reading series={series} format={format} />}
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
                  dot={loneDot(rows, key, color)}
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
                  dot={loneDot(rows, key, color)}
                  activeDot={{ r: 3 }}
                  type="linear"
                  connectNulls={false}
                />
              ),
            )}
          </ComposedChart>
        </ResponsiveContainer>
      </div>
    </figure>
  )
}

/** What stands at the cursor; the chart hands in all but the last two. */
function Reading({
  active = false,
  label,
  payload,
  series,
  format,
}: {
  readonly active?: boolean
  readonly label?: string | number
  readonly payload?: readonly { readonly payload?: ChartRow }[]
  readonly series: readonly ChartSeries[]
  readonly format: (value: number | null) => string
}): ReactNode {
  const row = payload?.[0]?.payload
  if (!active || !row) return null
  return (
    <div className="rounded-md border bg-raised px-3 py-2 text-[13px] shadow-(--shadow-pop)">
      <div className="figures mb-1 text-faint">{formatClock(Number(label))}</div>
      {series
        .filter(({ key }) => typeof row.values.get(key) === 'number')
        .toReversed()
        .map(({ key, label, color }) => (
          <div key={key} className="flex items-center gap-2">
            <Swatch color={color} />
            <span className="min-w-0 flex-1 truncate">{label}</span>
            <span className="figures pl-4 font-medium">{format(row.values.get(key) ?? null)}</span>
          </div>
        ))}
    </div>
  )
}

/** A value between two gaps has no line: it is a dot. */
function loneDot(rows: readonly ChartRow[], key: string, color: string) {
  const has = (index: number): boolean => typeof rows[index]?.values.get(key) === 'number'
  return ({ index = 0, cx, cy }: { index?: number; cx?: number; cy?: number }): ReactNode =>
    has(index) && !has(index - 1) && !has(index + 1) ? (
      <circle key={index} cx={cx} cy={cy} r={2} fill={color} />
    ) : (
      <g key={index} />
    )
}

function clockMinutes(at: number): string {
  return formatClock(at).slice(0, 5)
}
