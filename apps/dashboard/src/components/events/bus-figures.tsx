'use client'

import { useState, type ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { Skeleton } from '@/components/ui/panel'
import { useFigures } from '@/format/use-figures'
import { useAct } from '@/live/use-act'
import { useMay, useTopic } from '@/live/use-live'
import { useText } from '@/messages/use-text'

/** The figures of the bus since they were last reset. */
export function BusFigures(): ReactNode {
  const text = useText()
  const figures = useFigures()
  const allowed = useMay('bus.reset')
  const { pending, act } = useAct()
  const { state: board } = useTopic('board')
  const [asking, setAsking] = useState(false)
  if (!board) return <Skeleton className="h-[74px] rounded-lg" />
  const { totalPublished, totalSubscribers, eventsByType } = board.bus
  const facts = [
    [text('events.published'), totalPublished],
    [text('events.topics'), Object.keys(eventsByType).length],
    [text('events.subscribers'), totalSubscribers],
  ] as const
  return (
    <div className="flex flex-wrap items-center gap-x-10 gap-y-2 rounded-lg border bg-surface px-4 py-3">
      <dl className="flex flex-wrap gap-x-10 gap-y-2">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt className="text-[13px] text-muted">{name}</dt>
            <dd className="figures text-xl font-semibold">{figures.count(value)}</dd>
          </div>
        ))}
      </dl>
      <Button className="ml-auto" pending={pending !== null} disabled={!allowed} onClick={() => setAsking(true)}>
        {text('events.reset')}…
      </Button>
      {asking && (
        <ConfirmDialog
          title={text('events.resetTitle')}
          description={text('events.resetExplains')}
          action={text('events.reset')}
          disabled={!allowed}
          onClose={() => setAsking(false)}
          onConfirm={() => void act('bus.reset', {}, { failed: text('events.resetFailed') })}
        />
      )}
    </div>
  )
}
