'use client'

import type { ReactNode } from 'react'
import { useFigures } from '@/format/use-figures'
import { useText } from '@/messages/use-text'
import type { ChartRow } from '@/components/charts/data/buckets'
import { MARKS, type EventMark } from '@/components/charts/data/event-marks'
import { Swatch } from './swatch'

export interface ChartSeries {
  readonly key: string
  readonly label: string
  readonly color: string
  /** Of the time before the one that is shown. */
  readonly isEarlier?: boolean
}

interface Read {
  readonly series: readonly ChartSeries[]
  readonly format: (value: number | null) => string
  readonly marks: readonly EventMark[]
  readonly stepMs: number
}

/** More of what happened in one moment would cover the chart. */
const MOST_MARKS = 4

/** All values of one moment, and what happened then. */
export function Reading({ row, series, format, marks, stepMs }: Read & { readonly row: ChartRow }): ReactNode {
  const text = useText()
  const figures = useFigures()
  const known = series.filter(({ key }) => typeof row.values.get(key) === 'number')
  const here = marks.filter(({ at }) => Math.abs(at - row.at) <= stepMs)
  const rest = here.length - MOST_MARKS
  return (
    <div className="rounded-md border bg-raised px-3 py-2 text-[13px] shadow-(--shadow-pop)">
      <div className="figures mb-1 text-faint">{stepMs >= 60_000 ? figures.day(row.at) : figures.clock(row.at)}</div>
      {known.length === 0 && <div className="text-muted">{text('charts.noData')}</div>}
      {known.toReversed().map(({ key, label, color }) => (
        <div key={key} className="flex items-center gap-2">
          <Swatch color={color} />
          <span className="min-w-0 flex-1 truncate">{label}</span>
          <span className="figures pl-4 font-medium">{format(row.values.get(key) ?? null)}</span>
        </div>
      ))}
      {here.slice(0, MOST_MARKS).map(({ at, kind, label, pluginId }) => (
        <div key={`${kind}-${at}-${pluginId}`} className="mt-1 flex max-w-72 gap-2 text-muted">
          <span aria-hidden>{MARKS[kind].sign}</span>
          <span className="min-w-0 wrap-anywhere">{label}</span>
        </div>
      ))}
      {rest > 0 && <div className="mt-1 text-muted">{text('charts.moreMarks', { count: rest })}</div>}
    </div>
  )
}

/** The same, for screen readers. */
export function spokenReading({ values }: ChartRow, { series, format }: Read, time: string): string {
  return [time, ...series.map(({ key, label }) => `${label} ${format(values.get(key) ?? null)}`)].join(', ')
}
