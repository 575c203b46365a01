'use client'

import Link from 'next/link'
import type { ReactNode } from 'react'
import { EventRow } from '@/components/events/event-row'
import { Panel } from '@/components/ui/panel'
import { useTopic } from '@/live/use-live'
import { useText } from '@/messages/use-text'

const SHOWN = 12

/** The last events, as they pass. */
export function EventTailPanel(): ReactNode {
  const text = useText()
  const { state: tail } = useTopic('events:**')
  const shown = (tail?.events ?? []).slice(-SHOWN).toReversed()
  return (
    <Panel
      title={text('events.tail')}
      aside={
        <Link href="/events" className="text-[13px] text-muted hover:text-ink hover:underline">
          {text('events.all')}
        </Link>
      }
    >
      {shown.length === 0 ? (
        <p className="flex h-72 items-center justify-center text-muted">{text('events.waiting')}</p>
      ) : (
        <ul className="h-72 overflow-hidden">
          {shown.map((event) => (
            <EventRow key={event.id} event={event} compact />
          ))}
        </ul>
      )}
    </Panel>
  )
}
