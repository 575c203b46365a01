'use client'

import { type ReactNode } from 'react'
import { ChartGroup } from '@/components/charts/group/chart-group'
import { ChartPanel } from '@/components/charts/group/chart-panel'
import { Sparkline } from '@/components/charts/draw/sparkline'
import { StateStrip } from '@/components/charts/draw/state-strip'
import { Panel } from '@/components/ui/panel'
import { useFigures } from '@/format/use-figures'
import { SAMPLE } from './samples'

export function Charts(): ReactNode {
  const figures = useFigures()
  const { series, frame, marks, states } = SAMPLE
  const one = [{ key: 'a', label: 'a line' }]
  return (
    <ChartGroup marks={marks}>
      <div className="grid gap-4 xl:grid-cols-2">
        <ChartPanel
          title="A line"
          hint="with a gap, marks and a threshold"
          series={series}
          frame={frame}
          lines={one}
          format={figures.rate}
          measure="per second"
          threshold={{ value: 9, label: 'too much' }}
        />
        <ChartPanel
          title="Stacked"
          hint="by name"
          series={series}
          frame={frame}
          stacked
          format={figures.rate}
          measure="per second"
        />
        <ChartPanel
          title="Nothing yet"
          hint="an empty range"
          series={{ at: [], values: { a: [] } }}
          frame={frame}
          lines={one}
          format={figures.rate}
          measure="per second"
        />
        <ChartPanel
          title="Loading"
          hint="at its final size"
          series={null}
          frame={null}
          format={figures.rate}
          measure="per second"
        />
        <Panel title="States over time">
          <StateStrip history={states} from={frame.from} to={frame.to} now={frame.to} label="a plugin" />
        </Panel>
        <Panel title="A small line">
          <Sparkline values={series.values.a ?? []} />
        </Panel>
      </div>
    </ChartGroup>
  )
}
