'use client'

import type { TraceView } from '@plugboard/protocol'
import Link from 'next/link'
import { useEffect, useState, type ReactNode } from 'react'
import { Empty, Panel, Skeleton } from '@/components/ui/panel'
import { useFigures } from '@/format/use-figures'
import { useAnswer } from '@/live/use-answer'
import { useServerClock } from '@/live/use-server-clock'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'
import { tracesHref } from '@/navigation/trace-href'
import { OutcomeMark } from './outcome-mark'
import { TraceTree } from './trace-tree'

const LOOK_MS = 1_000
/** So long something more may be published because of it, also where all that is known of has ended. */
const FRESH_MS = 60_000

/** One followed event: where it came from, where it went, what it caused, and where that ended. */
export function TracePage({ id }: { readonly id: number }): ReactNode {
  const text = useText()
  const say = useSay()
  const now = useServerClock(LOOK_MS)
  const [mayChange, setMayChange] = useState(true)
  const { value, error } = useAnswer('traces.get', { traceId: id }, mayChange ? Math.floor(now / LOOK_MS) : null)
  const isGone = error?.code === 'TRACE_NOT_FOUND'
  const trace = isGone ? null : value
  const isFresh = trace !== null && (trace.open > 0 || now - trace.startedAt < FRESH_MS)
  useEffect(() => setMayChange(isFresh), [isFresh])
  return (
    <div className="flex flex-col gap-4">
      <Link href={tracesHref()} className="self-start text-[13px] text-muted hover:text-ink hover:underline">
        ← {text('traces.title')}
      </Link>
      {trace ? (
        <Followed trace={trace} />
      ) : error ? (
        <Empty>{isGone ? text('traces.gone') : say.error(error)}</Empty>
      ) : (
        <Skeleton className="h-96 rounded-lg" />
      )}
    </div>
  )
}

function Followed({ trace }: { readonly trace: TraceView }): ReactNode {
  const text = useText()
  const figures = useFigures()
  const { event, startedAt, reason, events, deliveries, open, lastsMs, leftOut } = trace
  const facts = [
    figures.day(startedAt),
    text('events.from', { source: event.origin.plugin ?? event.source }),
    ...(deliveries > 0 ? [text('traces.deliveries', { count: deliveries })] : []),
    ...(events > 1 ? [text('traces.caused', { count: events - 1 })] : []),
    ...(deliveries > 0 ? [text(open > 0 ? 'traces.lastsSoFar' : 'traces.lasted', { time: figures.ms(lastsMs) })] : []),
    ...(reason === 'sampled' ? [] : [text(`traces.reason.${reason}`)]),
  ]
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h1 className="min-w-0 font-mono text-lg font-semibold wrap-anywhere">{event.type}</h1>
        <OutcomeMark trace={trace} />
        <p className="figures basis-full text-[13px] text-muted">
          {facts.join(' · ')}
          <span className="ml-3 font-mono text-xs text-faint">{event.id}</span>
        </p>
      </div>
      <Panel title={text('traces.way')} hint={text('traces.wayHint')}>
        <TraceTree trace={trace} />
        {leftOut > 0 && <p className="mt-3 text-warn">{text('traces.leftOut', { count: leftOut })}</p>}
      </Panel>
    </>
  )
}
