'use client'

import { OTHERS, type Series } from '@plugboard/protocol'
import { useMemo, useRef, type ReactNode } from 'react'
import { CopyButton } from '@/components/ui/copy-button'
import { lazyPart } from '@/components/ui/lazy-part'
import { Panel, Skeleton } from '@/components/ui/panel'
import { useFigures } from '@/format/use-figures'
import { useSame } from '@/hooks/use-same'
import { useText } from '@/messages/use-text'
import { bucketize, type ChartRow, type Frame } from '@/components/charts/data/buckets'
import { earlierKey, withEarlier, type Earlier } from '@/components/charts/data/earlier'
import { toCsv } from '@/components/charts/data/chart-csv'
import { useChartGroup } from './chart-group'
import { marksWithin } from '@/components/charts/data/event-marks'
import { fewNames } from '@/components/charts/data/few-names'
import { chartColor } from '@/components/charts/draw/palette'
import { Swatch } from '@/components/charts/draw/swatch'
import { byteTicks, valueTicks, type Measure } from '@/components/charts/draw/ticks'
import type { ChartSeries } from '@/components/charts/draw/chart-reading'
import { useColors } from '@/components/charts/draw/use-colors'
import { useSteady } from './use-steady'

const TimeChart = lazyPart(
  () => import('./time-chart').then((module) => module.TimeChart),
  <Skeleton className="h-44" />,
)

export interface ChartPanelProps {
  readonly title: string
  readonly hint: string
  /** Null while it is not known. */
  readonly series: Series | null
  readonly frame: Frame | null
  /** The same of the time before, to compare with; not where curves are stacked. */
  readonly earlier?: Earlier | null
  /** Which columns of the series, with their labels, from the bottom up; all by name where it is left out. */
  readonly lines?: readonly { readonly key: string; readonly label: string }[]
  /** What a column is called, where `lines` is left out; its name by default. */
  readonly labelOf?: (name: string) => string
  /** Said where there is nothing to draw. */
  readonly empty?: string
  readonly stacked?: boolean
  readonly format: (value: number | null) => string
  readonly unit?: 'bytes' | 'share' | 'number'
  /** What the figures are, as the table that is copied says it. */
  readonly measure: Measure
  readonly fold?: 'mean' | 'max'
  /** A value that means something, drawn as a line where the axis reaches it. */
  readonly threshold?: { readonly value: number; readonly label: string }
}

/** The least that an axis spans while there is nothing to show. */
const EMPTY_SPAN = { bytes: 1, share: 0.04, number: 4 }
/** The least that it spans otherwise. A share of errors may be small and still matter: 0.02 % is no flat zero. */
const SMALLEST = { ...EMPTY_SPAN, share: 0.000_4 }
/** A threshold that the figures come near is shown above them. */
const NEAR = 0.5

const nameItself = (name: string): string => name

/** A chart with its title, its legend, and all its states: loading, empty, drawn. */
export function ChartPanel({
  title,
  hint,
  series,
  frame,
  earlier = null,
  lines,
  labelOf = nameItself,
  empty,
  stacked = false,
  format,
  unit = 'number',
  measure,
  fold = 'mean',
  threshold,
}: ChartPanelProps): ReactNode {
  const text = useText()
  const { queue, marks } = useChartGroup()
  const place = useRef<HTMLDivElement>(null)
  const drawn = useSteady(
    useMemo(() => (series && frame ? { series, frame, earlier } : null), [series, frame, earlier]),
    place,
    queue,
  )
  // Folded when it is drawn: all charts at once, in the task that brought the figures, would be too long.
  const own = useMemo(
    () => drawn && bucketize(lines ? drawn.series : fewNames(drawn.series), drawn.frame, fold),
    [drawn, lines, fold],
  )
  const rows = useMemo(() => (own && drawn?.earlier ? withEarlier(own, drawn.earlier, fold) : own), [own, drawn, fold])
  const names = useSame(useMemo(() => (lines ? [] : namesOf(own ?? [])), [lines, own]))
  const colors = useColors(names)
  const isCompared = drawn?.earlier != null
  const shown = useMemo((): ChartSeries[] => {
    if (lines) return lines.map((line, index) => ({ ...line, color: chartColor(index) }))
    const now = names.map((key) => ({
      key,
      label: key === OTHERS ? text('charts.others') : labelOf(key),
      color: chartColor(colors.get(key) ?? 0, key),
    }))
    if (!isCompared) return now
    const before = now.map(({ key, label, color }) => ({
      key: earlierKey(key),
      label: text('charts.earlier', { name: label }),
      color,
      isEarlier: true,
    }))
    // Below those of now.
    return [...before, ...now]
  }, [lines, names, colors, labelOf, isCompared, text])
  const max = useMemo(() => (rows ? largest(rows, shown, stacked) : null), [rows, shown, stacked])
  const top = threshold && max !== null && max >= threshold.value * NEAR ? Math.max(max, threshold.value) : max
  const ticks = useSame(
    useMemo(
      () =>
        top === null
          ? []
          : unit === 'bytes'
            ? byteTicks(top)
            : valueTicks(top, (top > 0 ? SMALLEST : EMPTY_SPAN)[unit]),
      [top, unit],
    ),
  )
  const figures = useFigures()
  const spanOf = ({ from, to }: Frame): string => figures.period((to - from) / 60_000)
  const shownMarks = useSame(useMemo(() => (drawn ? marksWithin(marks, drawn.frame) : []), [marks, drawn]))

  return (
    <Panel
      title={title}
      hint={hint}
      aside={
        max !== null && (
          <CopyButton label={text('charts.copy', { title })} text={() => toCsv(rows ?? [], shown, measure)} />
        )
      }
    >
      <div ref={place}>
        {!drawn || !rows ? (
          <Skeleton className="h-44" />
        ) : max === null ? (
          <p className="flex h-44 items-center justify-center text-muted">{empty ?? text('charts.empty')}</p>
        ) : (
          <TimeChart
            rows={rows}
            frame={drawn.frame}
            series={shown}
            stacked={stacked}
            ticks={ticks}
            format={format}
            measure={measure}
            marks={shownMarks}
            threshold={threshold}
            title={title}
            summary={text('charts.summary', {
              title,
              now: format(largest(rows.slice(-1), shown, stacked)),
              max: format(max),
              span: spanOf(drawn.frame),
            })}
          />
        )}
      </div>
      {/* A stacked chart has a legend even for one series: without it that series has no name, and a second would move the page. */}
      {(stacked ? shown.length > 0 : shown.length > 1) && <Legend series={shown} />}
    </Panel>
  )
}

function Legend({ series }: { readonly series: readonly ChartSeries[] }): ReactNode {
  const text = useText()
  return (
    <ul className="mt-1 flex flex-wrap gap-x-3 gap-y-0.5 pl-16 text-xs text-muted">
      {series
        .filter(({ isEarlier = false }) => !isEarlier)
        .toReversed()
        .map(({ key, label, color }) => (
          <li key={key} className="flex items-center gap-1">
            <Swatch color={color} />
            {label}
          </li>
        ))}
      {series.some(({ isEarlier = false }) => isEarlier) && (
        <li className="flex items-center gap-1">
          <span aria-hidden>┄</span>
          {text('charts.before')}
        </li>
      )}
    </ul>
  )
}

/**
 * Leaves out names whose values are all zero, because their lines cover others. If all names are such, all are shown.
 */
function namesOf(rows: readonly ChartRow[]): string[] {
  const all = [...(rows[0]?.values.keys() ?? [])]
  const known = all.filter((name) => rows.some((row) => typeof row.values.get(name) === 'number'))
  const positive = known.filter((name) => rows.some((row) => (row.values.get(name) ?? 0) > 0))
  return positive.length > 0 ? positive : known
}

/** The highest point of the drawing; null where all of it is a gap. */
function largest(rows: readonly ChartRow[], series: readonly ChartSeries[], stacked: boolean): number | null {
  let max: number | null = null
  for (const row of rows) {
    const values = series.map(({ key }) => row.values.get(key)).filter((value) => typeof value === 'number')
    if (values.length === 0) continue
    const height = stacked ? values.reduce((sum, value) => sum + value, 0) : Math.max(...values)
    max = Math.max(max ?? 0, height)
  }
  return max
}
