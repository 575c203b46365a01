'use client'

import type { ReactNode } from 'react'
import { PageHeader } from '@/components/ui/page-header'
import { useText } from '@/messages/use-text'
import { BusFigures } from './bus-figures'
import { LiveTail } from './live-tail'
import { PublishPanel } from './publish-panel'
import { TopicBars } from './topic-bars'

/** What passes over the bus: how much of what, as it comes, and a way to try it. */
export function EventsPage(): ReactNode {
  const text = useText()
  return (
    <div className="flex flex-col gap-4">
      <PageHeader title={text('nav.events')} />
      <BusFigures />
      <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <LiveTail />
        <div className="flex min-w-0 flex-col gap-4">
          <TopicBars />
          <PublishPanel />
        </div>
      </div>
    </div>
  )
}
