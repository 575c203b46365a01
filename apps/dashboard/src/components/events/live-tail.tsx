'use client'

import type { EventLine } from '@plugboard/protocol'
import { useState, type ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'
import { Panel } from '@/components/ui/panel'
import { Preformatted } from '@/components/ui/preformatted'
import { SearchField } from '@/components/ui/search-field'
import { useKeys } from '@/components/ui/use-keys'
import { useFigures } from '@/format/use-figures'
import { useQueryParam } from '@/live/use-query'
import { useSettled } from '@/live/use-settled'
import { useText } from '@/messages/use-text'
import { EventRow } from './event-row'
import { useTail } from './use-tail'

const EVERYTHING = '**'

/** Events as they pass, newest first: filtered by the server, so that a rare one is not lost in a flood. */
export function LiveTail(): ReactNode {
  const text = useText()
  const figures = useFigures()
  const [wanted, setWanted] = useQueryParam('topic')
  const pattern = useSettled((wanted ?? '').trim() || EVERYTHING)
  const tail = useTail(pattern)
  const [chosen, setChosen] = useState<EventLine | null>(null)
  const shown = tail.events.toReversed()
  const choose = (event: EventLine): void => {
    if (chosen === null && !tail.paused) tail.setPaused(true)
    setChosen(chosen?.id === event.id ? null : event)
  }
  const walk = (by: number): void => {
    const at = shown.findIndex(({ id }) => id === chosen?.id)
    const next = shown[Math.min(shown.length - 1, Math.max(0, at + by))]
    if (next) {
      if (!tail.paused) tail.setPaused(true)
      setChosen(next)
    }
  }
  useKeys({ j: () => walk(1), k: () => walk(-1), Escape: () => setChosen(null), p: () => tail.setPaused(!tail.paused) })

  return (
    <Panel
      title={text('events.tail')}
      aside={
        <Button size="small" aria-pressed={tail.paused} onClick={() => tail.setPaused(!tail.paused)}>
          <Icon name={tail.paused ? 'play' : 'pause'} />
          {tail.paused ? text('events.resume') : text('events.pause')}
        </Button>
      }
    >
      <div className="mb-2 flex flex-wrap items-center gap-x-3 gap-y-2">
        <SearchField
          label={text('events.filter')}
          placeholder={text('events.filterHint')}
          value={wanted ?? ''}
          onChange={setWanted}
        />
        <p className="figures text-[13px] text-faint">
          {tail.paused
            ? text('events.waitingCount', { count: tail.waiting })
            : text('events.shown', { count: shown.length })}
          {tail.lost > 0 && ` · ${text('events.lost', { count: figures.count(tail.lost) })}`}
          {tail.skipped > 0 && ` · ${text('events.skipped', { count: figures.count(tail.skipped) })}`}
        </p>
      </div>
      {tail.error !== null && shown.length === 0 ? (
        <p role="alert" className="py-6 text-bad">
          {tail.error === 'RATE_LIMITED' ? text('events.tooMany') : text('events.noPattern')}
        </p>
      ) : shown.length === 0 ? (
        <p className="flex h-96 items-center justify-center text-muted">{text('events.waiting')}</p>
      ) : (
        <ul aria-label={text('events.tail')} className="h-[28rem] overflow-y-auto">
          {shown.map((event) => (
            <EventRow key={event.id} event={event} chosen={event.id === chosen?.id} onChoose={choose} />
          ))}
        </ul>
      )}
      {chosen && <Chosen event={chosen} />}
    </Panel>
  )
}

function Chosen({ event: { id, at, topic, source, data, bytes, isCut } }: { readonly event: EventLine }): ReactNode {
  const text = useText()
  const figures = useFigures()
  return (
    <section aria-label={text('events.payload')} className="mt-3 border-t pt-3">
      <p className="flex flex-wrap gap-x-4 text-[13px] text-muted">
        <span className="font-mono font-medium text-ink">{topic}</span>
        <span>{text('events.from', { source })}</span>
        <span className="figures">{figures.moment(at)}</span>
        <span className="figures">{figures.bytes(bytes)}</span>
        <span className="font-mono text-faint">{id}</span>
      </p>
      {isCut ? (
        <p className="mt-2 text-muted">{text('events.cut', { size: figures.bytes(bytes) })}</p>
      ) : (
        <Preformatted title={text('events.payload')} body={JSON.stringify(data, null, 2)} />
      )}
    </section>
  )
}
