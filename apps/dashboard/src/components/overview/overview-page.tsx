'use client'

import type { ReactNode } from 'react'
import { useFrame } from '@/components/charts/data/use-frame'
import { useTimeSpan } from '@/components/charts/data/use-time-span'
import { SpanPicker } from '@/components/charts/group/span-picker'
import { buttonClasses } from '@/components/ui/button'
import { classes } from '@/components/ui/class-names'
import { lazyPart } from '@/components/ui/lazy-part'
import { PageHeader } from '@/components/ui/page-header'
import { Skeleton } from '@/components/ui/panel'
import { WallAttention } from './wall-attention'
import { BASE_PATH } from '@/live/base-path'
import { useWall } from '@/live/use-wall'
import { useTopic } from '@/live/use-live'
import { useText } from '@/messages/use-text'
import { AttentionList } from './attention-list'
import { KeyFigures } from './key-figures'
import { OverviewCharts } from './overview-charts'

const RecentIncidents = lazyPart(
  () => import('./recent-incidents').then((module) => module.RecentIncidents),
  <Skeleton className="h-[22rem] rounded-lg" />,
)
const EventTailPanel = lazyPart(
  () => import('./event-tail-panel').then((module) => module.EventTailPanel),
  <Skeleton className="h-[22rem] rounded-lg" />,
)

/** On a wall nothing is scrolled. */
const WALL_STRIPS = 4

/** Is it us, which plugin, since when, what do I press. */
export function OverviewPage(): ReactNode {
  const text = useText()
  const { state: board } = useTopic('board')
  const { state: overview } = useTopic('overview')
  const span = useTimeSpan()
  const frame = useFrame(overview?.manager.at.at(-1), span)
  const isOnWall = useWall()
  const charts = (
    <OverviewCharts
      overview={overview}
      frame={frame}
      isLive={span.isLive}
      {...(isOnWall && { mostStrips: WALL_STRIPS })}
      onZoom={span.setZoom}
    />
  )
  if (isOnWall) {
    return (
      <>
        <KeyFigures board={board} overview={overview} />
        <WallAttention board={board} />
        {charts}
      </>
    )
  }
  return (
    <div className="flex flex-col gap-4">
      <PageHeader title={text('nav.overview')}>
        <SpanPicker span={span} frame={frame} />
        {/* Loaded anew: the frame of the page is another one. */}
        <a href={`${BASE_PATH}/?wall`} className={classes(buttonClasses('quiet'), 'max-sm:hidden')}>
          {text('wall.open')}
        </a>
      </PageHeader>
      {span.zoom !== null && <p className="text-muted">{text('figures.ofNow')}</p>}
      <KeyFigures board={board} overview={overview} />
      <AttentionList board={board} />
      {charts}
      <div className="grid gap-4 xl:grid-cols-2">
        <RecentIncidents zoom={span.zoom} />
        <EventTailPanel />
      </div>
    </div>
  )
}

/** The same, at its final size, before anything is known. */
export function OverviewSkeleton(): ReactNode {
  const text = useText()
  return (
    <div className="flex flex-col gap-4">
      <PageHeader title={text('nav.overview')} />
      <KeyFigures board={null} overview={null} />
      <AttentionList board={null} />
      <OverviewCharts overview={null} frame={null} isLive onZoom={null} />
    </div>
  )
}
