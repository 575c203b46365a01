'use client'

import { OTHERS } from '@plugboard/protocol'
import type { ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { Skeleton } from '@/components/ui/panel'
import { useFigures } from '@/format/use-figures'
import { useAct } from '@/components/feedback/use-act'
import { useMay, useTopic } from '@/live/use-live'
import { useQueryParam } from '@/hooks/use-query'
import { useWhyNot } from '@/components/feedback/use-why-not'
import { useText } from '@/messages/use-text'

/** The figures of the bus since they were last reset. */
export function BusFigures(): ReactNode {
  const text = useText()
  const figures = useFigures()
  const allowed = useMay('bus.reset')
  const whyNot = useWhyNot('bus.reset')
  const { pending, act } = useAct()
  const { state: board } = useTopic('board')
  const [wanted, setWanted] = useQueryParam('do')
  const asking = wanted === 'reset'
  const setAsking = (on: boolean): void => setWanted(on ? 'reset' : null)
  if (!board) return <Skeleton className="h-[74px] rounded-lg" />
  const { totalPublished, totalSubscribers, eventsByType } = board.bus
  // The bus counts so many by name, and the rest as one.
  const topics = Object.keys(eventsByType).length
  const facts = [
    [text('events.published'), figures.count(totalPublished)],
    [
      text('events.topics'),
      Object.hasOwn(eventsByType, OTHERS) ? `${figures.count(topics - 1)}+` : figures.count(topics),
    ],
    [text('events.subscribers'), figures.count(totalSubscribers)],
  ] as const
  return (
    <div className="flex flex-wrap items-center gap-x-10 gap-y-2 rounded-lg border bg-surface px-4 py-3">
      <dl className="flex flex-wrap gap-x-10 gap-y-2">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt className="text-[13px] text-muted">{name}</dt>
            <dd className="figures text-xl font-semibold">{value}</dd>
          </div>
        ))}
      </dl>
      <Button
        className="ml-auto"
        pending={pending !== null}
        disabled={!allowed}
        title={whyNot}
        onClick={() => setAsking(true)}
      >
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
