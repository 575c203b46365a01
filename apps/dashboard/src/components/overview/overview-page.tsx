'use client'

import { useState, type ReactNode } from 'react'
import { RangePicker } from '@/components/charts/range-picker'
import { useFrame, type RangeMinutes } from '@/components/charts/use-frame'
import { useTopic } from '@/live/use-live'
import { useText } from '@/messages/use-text'
import { AttentionList } from './attention-list'
import { KeyFigures } from './key-figures'
import { OverviewCharts } from './overview-charts'

/** Is it us, which plugin, since when, what do I press. */
export function OverviewPage(): ReactNode {
  const text = useText()
  const { state: board } = useTopic('board')
  const { state: overview } = useTopic('overview')
  const [minutes, setMinutes] = useState<RangeMinutes>(5)
  const frame = useFrame(overview?.manager.at.at(-1), minutes)
  return (
    <div className="flex flex-col gap-4">
      <div className="flex items-center justify-between gap-4">
        <h1 className="text-lg font-semibold">{text('nav.overview')}</h1>
        <RangePicker value={minutes} onChange={setMinutes} />
      </div>
      <KeyFigures board={board} overview={overview} />
      <AttentionList board={board} />
      <OverviewCharts board={board} overview={overview} frame={frame} />
    </div>
  )
}
