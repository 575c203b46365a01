'use client'

import { memo, useMemo, type ReactNode } from 'react'
import {
  CartesianGrid,
  ComposedChart,
  ReferenceLine,
  ResponsiveContainer,
  type PlotArea,
  usePlotArea,
  XAxis,
  YAxis,
} from 'recharts'
import { useFigures } from '@/format/use-figures'
import type { ChartRow, Frame } from '@/components/charts/data/buckets'
import type { ChartSeries } from './chart-reading'
import { curvesOf, type Scales } from './curves'
import type { EventMark } from '@/components/charts/data/event-marks'
import { Marks } from './marks'
import { axisFormat, timeFormat, timeTicks, type Measure } from './ticks'

export interface PlotProps {
  readonly rows: readonly ChartRow[]
  readonly frame: Frame
  readonly series: readonly ChartSeries[]
  readonly stacked: boolean
  readonly ticks: readonly number[]
  readonly format: (value: number | null) => string
  readonly measure: Measure
  readonly marks: readonly EventMark[]
  readonly threshold: { readonly value: number; readonly label: string } | undefined
}

/** How far the curves stay away from the edges of the drawing, in px: there are the axes, and the signs of marks. */
export const INSETS = { top: 14, right: 8, bottom: 24, left: 72 }
const MARGIN = { top: INSETS.top, right: INSETS.right, bottom: 0, left: 0 }
const HEIGHT = 176
/** How a curve of the time before is told from that of now. */
const EARLIER = { strokeDasharray: '4 3', opacity: 0.6 }
const AXIS = { fontSize: 12, fill: 'var(--color-faint)' }

/**
 * Axes, curves and marks. The caller fixes axes and ticks: automatic ones cost 60–390 ms an update [UX]. Props for
 * recharts must stay the same objects while their values are equal: a new object makes recharts build a new axis.
 */
export const Plot = memo(function Plot({
  rows,
  frame,
  series,
  stacked,
  ticks,
  measure,
  marks,
  threshold,
}: PlotProps): ReactNode {
  return (
    <ResponsiveContainer width="100%" height={HEIGHT} debounce={100}>
      <ComposedChart margin={MARGIN} accessibilityLayer={false}>
        <Axes from={frame.from} to={frame.to} ticks={ticks} measure={measure} />
        <Curves rows={rows} frame={frame} series={series} stacked={stacked} ticks={ticks} />
        {threshold && <Threshold {...threshold} />}
        <Marks marks={marks} frame={frame} />
      </ComposedChart>
    </ResponsiveContainer>
  )
})

const Axes = memo(function Axes({
  from,
  to,
  ticks,
  measure,
}: Pick<PlotProps, 'ticks' | 'measure'> & Pick<Frame, 'from' | 'to'>): ReactNode {
  const figures = useFigures()
  const times = useMemo(() => ({ domain: [from, to] as const, ticks: timeTicks({ from, to }) }), [from, to])
  const values = useMemo(() => ({ domain: [0, ticks.at(-1)!] as const, ticks }), [ticks])
  // Recharts breaks a label at its blanks.
  const formatValue = useMemo(() => {
    const format = axisFormat(ticks, measure, figures.decimal)
    return (value: number) => format(value).replaceAll(' ', '\u00a0')
  }, [ticks, measure, figures])
  return (
    <>
      <CartesianGrid vertical={false} stroke="var(--color-line)" />
      <XAxis
        {...times}
        // Without one it would count rows.
        dataKey="at"
        type="number"
        tickFormatter={timeFormat({ from, to }, figures)}
        tick={AXIS}
        tickLine={false}
        axisLine={false}
        height={INSETS.bottom}
        allowDataOverflow
      />
      <YAxis
        {...values}
        tickFormatter={formatValue}
        tick={AXIS}
        tickLine={false}
        axisLine={false}
        width={INSETS.left}
        allowDataOverflow
      />
    </>
  )
})

/**
 * Draws the curves itself: recharts processes series one by one in its store, 65–85 ms for one stacked chart
 * (docs/adr/0019). Its scales also come from that store, a frame later than the rows.
 */
function Curves({
  rows,
  frame,
  series,
  stacked,
  ticks,
}: Pick<PlotProps, 'rows' | 'frame' | 'series' | 'stacked' | 'ticks'>): ReactNode {
  const area = usePlotArea()
  const curves = useMemo(() => {
    if (!area) return []
    const scales = scalesOf(frame, ticks.at(-1)!, area)
    const keys = series.map(({ key }) => key)
    return curvesOf(rows, keys, { stacked, scales })
  }, [area, rows, frame, series, stacked, ticks])
  return (
    <g fill="none" strokeWidth={stacked ? 1.25 : 1.75} strokeLinejoin="round">
      {curves.map(({ key, line, area, dots }, index) => {
        const { color, isEarlier = false } = series[index]!
        return (
          <g key={key} data-series={key} stroke={color} {...(isEarlier && EARLIER)}>
            {stacked && <path d={area} fill={color} fillOpacity={0.28} stroke="none" />}
            <path d={line} />
            {dots.map((dot) => (
              <circle key={dot.x} cx={dot.x} cy={dot.y} r={2} fill={color} stroke="none" />
            ))}
          </g>
        )
      })}
    </g>
  )
}

/** Linear, from the edges of the frame and from 0 to `top`. */
function scalesOf({ from, to }: Frame, top: number, { x, y, width, height }: PlotArea): Scales {
  return {
    x: (at) => x + ((at - from) / (to - from)) * width,
    y: (value) => y + (1 - value / top) * height,
  }
}

const Threshold = memo(function Threshold({ value, label }: NonNullable<PlotProps['threshold']>): ReactNode {
  return (
    <ReferenceLine
      y={value}
      stroke="var(--color-bad)"
      strokeDasharray="4 3"
      label={{ value: label, position: 'insideBottomLeft', fontSize: 11, fill: 'var(--color-bad)' }}
    />
  )
})
