'use client'

import { parseLossName, type Overview } from '@plugboard/protocol'
import { memo, useCallback, useMemo, type ReactNode } from 'react'
import { ChartGroup } from '@/components/charts/group/chart-group'
import { ChartPanel } from '@/components/charts/group/chart-panel'
import { MarkLegend } from '@/components/charts/draw/mark-legend'
import { useServerMarks } from '@/components/charts/data/use-marks'
import type { Frame } from '@/components/charts/data/buckets'
import type { Zoom } from '@/components/charts/data/use-time-span'
import { useFigures } from '@/format/use-figures'
import { useText } from '@/messages/use-text'
import { StateStrips } from './state-strips'
import { useOverviewSeries } from './use-overview-series'

/** The charts of the whole. The board's rows change four times a second: this does not follow them. */
export const OverviewCharts = memo(function OverviewCharts({
  overview,
  frame,
  isLive,
  mostStrips,
  onZoom,
}: {
  readonly overview: Overview | null
  readonly frame: Frame | null
  readonly isLive: boolean
  /** How many plugins show their states; as many as are readable by default. */
  readonly mostStrips?: number
  readonly onZoom: ((zoom: Zoom) => void) | null
}): ReactNode {
  const text = useText()
  const figures = useFigures()
  const { topics, manager, memory, losses } = useOverviewSeries(overview, { frame, isLive })
  const errorLines = useMemo(() => [{ key: 'errorRate60s', label: text('charts.errorRate') }], [text])
  const nameLoss = useCallback(
    (name: string) => {
      const loss = parseLossName(name)
      return loss ? text(`charts.loss.${loss.cause}`, { name: loss.pluginId }) : name
    },
    [text],
  )
  const marks = useServerMarks(frame)
  return (
    <ChartGroup marks={marks} onZoom={onZoom}>
      <MarkLegend marks={marks} frame={frame} />
      <div className="grid gap-4 xl:grid-cols-2 wall:grid-cols-4">
        <ChartPanel
          title={text('charts.throughput')}
          hint={text('charts.throughputUnit')}
          series={topics}
          frame={frame}
          stacked
          format={figures.rate}
          measure="per second"
        />
        <ChartPanel
          title={text('charts.errorRate')}
          hint={text('charts.errorRateUnit')}
          series={manager}
          frame={frame}
          lines={errorLines}
          format={figures.percent}
          measure="share 0–1"
          unit="share"
          fold="max"
        />
        <ChartPanel
          title={text('charts.losses')}
          hint={text('charts.lossesUnit')}
          series={losses}
          frame={frame}
          labelOf={nameLoss}
          empty={text('charts.noLosses')}
          stacked
          format={figures.rate}
          measure="per second"
        />
        <ChartPanel
          title={text('charts.memory')}
          hint={`${text('charts.memoryByPlugin')}, ${text('charts.memoryUnit')}`}
          series={memory}
          frame={frame}
          stacked
          format={figures.bytes}
          measure="bytes"
          unit="bytes"
        />
        <div className="xl:col-span-2 wall:col-span-4">
          <StateStrips
            states={overview?.states ?? null}
            frame={frame}
            {...(mostStrips !== undefined && { most: mostStrips })}
          />
        </div>
      </div>
    </ChartGroup>
  )
})
