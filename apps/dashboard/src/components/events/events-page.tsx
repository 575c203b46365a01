'use client'

import type { ReactNode } from 'react'
import { ArmForm } from '@/components/traces/arm-form'
import { TraceList } from '@/components/traces/trace-list'
import { TracePage } from '@/components/traces/trace-page'
import { PageHeader } from '@/components/ui/page-header'
import { Segments } from '@/components/ui/segments'
import { useQueryParam } from '@/hooks/use-query'
import { useText } from '@/messages/use-text'
import { BusFigures } from './bus-figures'
import { LiveTail } from './live-tail'
import { PublishPanel } from './publish-panel'
import { TopicBars } from './topic-bars'

const VIEWS = ['live', 'followed'] as const

/** What passes over the bus; where some of it went; and one of those in detail. */
export function EventsPage(): ReactNode {
  const text = useText()
  const [wanted, setView] = useQueryParam('view')
  const [trace] = useQueryParam('trace')
  if (trace !== null && /^\d{1,15}$/.test(trace)) return <TracePage id={Number(trace)} />
  const view = VIEWS.find((one) => one === wanted) ?? 'live'
  return (
    <div className="flex flex-col gap-4">
      <PageHeader title={text('nav.events')}>
        <Segments
          label={text('events.views')}
          value={view}
          options={VIEWS.map((value) => ({ value, label: text(`events.view.${value}`) }))}
          onChange={(next) => setView(next === 'live' ? null : next)}
        />
      </PageHeader>
      {view === 'live' ? <Live /> : <Followed />}
    </div>
  )
}

function Followed(): ReactNode {
  return (
    <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,3fr)_minmax(0,1fr)]">
      <div className="xl:order-2">
        <ArmForm />
      </div>
      <TraceList />
    </div>
  )
}

/** How much of what passes, as it comes, and a way to try it. */
function Live(): ReactNode {
  return (
    <>
      <BusFigures />
      <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <LiveTail />
        <div className="flex min-w-0 flex-col gap-4">
          <TopicBars />
          <PublishPanel />
        </div>
      </div>
    </>
  )
}
