'use client'

import type { EventLine } from '@plugboard/protocol'
import Link from 'next/link'
import { Fragment, useRef, useState, type ReactNode } from 'react'
import { useWhyNot } from '@/components/feedback/use-why-not'
import { useArm } from '@/components/traces/use-arm'
import { Button, buttonClasses } from '@/components/ui/button'
import { classes } from '@/components/ui/class-names'
import { Icon } from '@/components/ui/icon'
import { Panel } from '@/components/ui/panel'
import { Preformatted } from '@/components/ui/preformatted'
import { SearchField } from '@/components/ui/search-field'
import { useKeys } from '@/hooks/use-keys'
import { useWalk } from '@/hooks/use-walk'
import { useFigures } from '@/format/use-figures'
import { useQueryParam } from '@/hooks/use-query'
import { useSettled } from '@/hooks/use-settled'
import { useMay } from '@/live/use-live'
import { useText } from '@/messages/use-text'
import { traceHref } from '@/navigation/trace-href'
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
  const { lost, waiting, gaps } = tail.lines
  const shown = tail.lines.shown.toReversed()
  const list = useRef<HTMLUListElement>(null)
  // What is being looked at must not move on.
  const hold = (): void => {
    if (!tail.paused) tail.setPaused(true)
  }
  const choose = (event: EventLine): void => {
    if (chosen === null) hold()
    setChosen(chosen?.id === event.id ? null : event)
  }
  useWalk(list, hold)
  useKeys({ Escape: () => setChosen(null), p: () => tail.setPaused(!tail.paused) })

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
        <p className={classes('figures text-[13px]', tail.paused ? 'font-medium text-warn' : 'text-faint')}>
          {tail.paused
            ? text('events.waitingCount', { count: waiting?.length ?? 0 })
            : text('events.shown', { count: shown.length })}
          {lost > 0 && ` · ${text('events.lost', { count: figures.count(lost) })}`}
          {tail.skipped > 0 && ` · ${text('events.skipped', { count: figures.count(tail.skipped) })}`}
        </p>
      </div>
      {tail.error !== null && shown.length === 0 ? (
        <p role="alert" className="py-6 text-bad">
          {tail.error === 'RATE_LIMITED' ? text('events.tooMany') : text('events.noPattern')}
        </p>
      ) : shown.length === 0 ? (
        <p className="flex h-96 items-center justify-center text-muted">
          {text(tail.open ? 'events.waiting' : 'events.opening')}
        </p>
      ) : (
        <ul ref={list} aria-label={text('events.tail')} className="h-[28rem] overflow-y-auto">
          {shown.map((event, index) => (
            <Fragment key={event.id}>
              <EventRow
                event={event}
                chosen={event.id === chosen?.id}
                isTabStop={index === 0 || event.id === chosen?.id}
                onChoose={choose}
              />
              {gaps.has(event.id) && <Gap count={gaps.get(event.id) ?? null} />}
            </Fragment>
          ))}
        </ul>
      )}
      {chosen && <Chosen event={chosen} />}
    </Panel>
  )
}

/** Newest first: what is missing before an event stands below it. */
function Gap({ count }: { readonly count: number | null }): ReactNode {
  const text = useText()
  const figures = useFigures()
  return (
    <li className="flex items-center gap-3 px-2 text-xs text-warn">
      <span aria-hidden className="h-px flex-1 bg-line-strong" />
      {count === null ? text('events.gap') : text('events.gapOf', { count: figures.count(count) })}
      <span aria-hidden className="h-px flex-1 bg-line-strong" />
    </li>
  )
}

const FOLLOWED_NEXT = 10

function Chosen({ event }: { readonly event: EventLine }): ReactNode {
  const { eventId, at, topic, source, data, bytes, isCut } = event
  const text = useText()
  const figures = useFigures()
  return (
    <section aria-label={text('events.payload')} className="mt-3 border-t pt-3">
      <p className="flex flex-wrap gap-x-4 text-[13px] text-muted">
        <span className="font-mono font-medium text-ink">{topic}</span>
        <span>{text('events.from', { source })}</span>
        <span className="figures">{figures.moment(at)}</span>
        <span className="figures">{figures.bytes(bytes)}</span>
        <span className="font-mono text-faint">{eventId}</span>
      </p>
      <Way {...event} />
      {isCut ? (
        <p className="mt-2 text-muted">{text('events.cut', { size: figures.bytes(bytes) })}</p>
      ) : (
        <Preformatted title={text('events.payload')} body={JSON.stringify(data, null, 2)} />
      )}
    </section>
  )
}

/** Where the event went; one that was not followed offers to follow the next of its topic. */
function Way({ traceId, topic }: Pick<EventLine, 'traceId' | 'topic'>): ReactNode {
  const text = useText()
  const allowed = useMay('traces.arm')
  const whyNot = useWhyNot('traces.arm')
  const { isPending, arm } = useArm()
  return (
    <p className="mt-2 flex flex-wrap items-center gap-x-3 gap-y-1 text-[13px] text-muted">
      {traceId !== null ? (
        <Link href={traceHref(traceId)} className={buttonClasses('plain', 'small')}>
          {text('events.showWay')} →
        </Link>
      ) : (
        <>
          {text('events.notFollowed')}
          <Button
            size="small"
            pending={isPending}
            disabled={!allowed}
            title={whyNot}
            onClick={() => void arm(topic, FOLLOWED_NEXT)}
          >
            {text('events.followNext', { count: FOLLOWED_NEXT })}
          </Button>
        </>
      )}
    </p>
  )
}
