'use client'

import { useCallback, useMemo, type ReactNode } from 'react'
import type { Frame } from '@/components/charts/data/buckets'
import { frameBefore } from '@/components/charts/data/earlier'
import { useFrame } from '@/components/charts/data/use-frame'
import { useHistory } from '@/components/charts/data/use-history'
import { useServerMarks } from '@/components/charts/data/use-marks'
import { usePast, type PastLine } from '@/components/charts/data/use-past'
import { useTimeSpan, type Zoom } from '@/components/charts/data/use-time-span'
import { MarkLegend } from '@/components/charts/draw/mark-legend'
import { ChartGroup } from '@/components/charts/group/chart-group'
import { ChartPanel } from '@/components/charts/group/chart-panel'
import { METRIC_LOOKS, type ChartedMetric } from '@/components/charts/group/metric-chart'
import { SpanPicker } from '@/components/charts/group/span-picker'
import { Checkbox } from '@/components/ui/checkbox'
import { PageHeader } from '@/components/ui/page-header'
import { SelectField } from '@/components/ui/select-field'
import { useFigures } from '@/format/use-figures'
import { useQueryParam } from '@/hooks/use-query'
import { useSame } from '@/hooks/use-same'
import { sortedRows } from '@/live/sorted-rows'
import { useOperation } from '@/live/use-operation'
import { useServerClock } from '@/live/use-server-clock'
import { useTopic } from '@/live/use-live'
import { useText } from '@/messages/use-text'
import { drawnOf, parseChosen, withChosen } from './chosen-plugins'
import { Ranking } from './ranking'

const METRICS = Object.keys(METRIC_LOOKS) as ChartedMetric[]
/** Each look asks for a line of each plugin: not every second. */
const LOOK_MS = 4_000

/** One metric of several plugins on one axis, and all plugins in order of what they had of it. */
export function ExplorePage(): ReactNode {
  const text = useText()
  const [metricText, setMetric] = useQueryParam('metric')
  const span = useTimeSpan()
  const frame = useFrame(useServerClock(LOOK_MS), span)
  const metric = METRICS.find((one) => one === metricText) ?? 'cpuPercent'
  return (
    <div className="flex flex-col gap-4">
      <PageHeader title={text('nav.explore')}>
        <SelectField
          label={text('explore.metric')}
          hideLabel
          value={metric}
          options={METRICS.map((one) => ({ value: one, label: text(`charts.${METRIC_LOOKS[one].title}`) }))}
          onChange={(next) => setMetric(next === 'cpuPercent' ? null : next)}
        />
        <SpanPicker span={span} frame={frame} />
      </PageHeader>
      {/* Figures of another metric would be nonsense, also for a moment. */}
      <Comparison key={metric} metric={metric} frame={frame} onZoom={span.setZoom} />
    </div>
  )
}

function Comparison({
  metric,
  frame,
  onZoom,
}: {
  readonly metric: ChartedMetric
  readonly frame: Frame | null
  readonly onZoom: (zoom: Zoom) => void
}): ReactNode {
  const text = useText()
  const figures = useFigures()
  const call = useOperation()
  const [chosenText, setChosen] = useQueryParam('plugins')
  const { state: board } = useTopic('board')
  const look = METRIC_LOOKS[metric]
  const format = figures[look.format]
  const ranking = useHistory(metric, frame, ({ from, to }) => call('stats.ranking', { metric, from, to }))
  const chosen = useMemo(() => parseChosen(chosenText), [chosenText])
  const drawn = useSame(drawnOf(chosen, ranking ?? []))
  const lines = drawn.map((id): PastLine => ({
    name: id,
    fold: look.fold ?? 'mean',
    ask: ['plugins.history', { id, metric }],
  }))
  const series = usePast(lines, drawn.length > 0 ? frame : null)
  const [isCompared, setCompared] = useQueryParam('compare')
  const before = useMemo(() => (frame && isCompared !== null ? frameBefore(frame) : null), [frame, isCompared])
  const past = usePast(lines, drawn.length > 0 ? before : null)
  const earlier = useMemo(() => (past && before ? { series: past, frame: before } : null), [past, before])
  const marks = useServerMarks(frame)
  const rows = board ? sortedRows(board.rows) : []
  const ids = useSame(rows.map(({ id }) => id))
  const names = useSame(rows.map(({ name }) => name))
  const nameOf = useCallback((id: string) => names[ids.indexOf(id)] ?? id, [ids, names])
  return (
    <ChartGroup marks={marks} onZoom={onZoom}>
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2">
        <MarkLegend marks={marks} frame={frame} />
        <Checkbox
          label={text('explore.compareBefore')}
          checked={isCompared !== null}
          onChange={(next) => setCompared(next ? '1' : null)}
        />
      </div>
      <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,3fr)_minmax(22rem,2fr)]">
        <ChartPanel
          title={text(`charts.${look.title}`)}
          hint={chosen.length > 0 ? text('explore.compared', { count: chosen.length }) : text('explore.top')}
          series={series}
          frame={frame}
          earlier={earlier}
          labelOf={nameOf}
          format={format}
          measure={look.measure}
          {...(look.unit && { unit: look.unit })}
          {...(look.fold && { fold: look.fold })}
        />
        <Ranking
          ranking={ranking}
          plugins={rows}
          chosen={chosen}
          drawn={drawn}
          nameOf={nameOf}
          format={format}
          onChoose={(id, isChosen) => setChosen(withChosen(chosen, { id, isChosen }))}
          onClear={() => setChosen(null)}
        />
      </div>
    </ChartGroup>
  )
}
