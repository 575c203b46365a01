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
const HOUR_MS = 3_600_000

/** One followed event: where it came from, where it went, what it caused, and where that ended. */
export function TracePage({ id }: { readonly id: number }): ReactNode {
  const text = useText()
  const say = useSay()
  const [isOpen, setOpen] = useState(false)
  const tick = useServerClock(isOpen ? LOOK_MS : HOUR_MS)
  const { value: trace, error } = useAnswer('traces.get', { traceId: id }, isOpen ? Math.floor(tick / LOOK_MS) : null)
  const open = trace?.open ?? 0
  useEffect(() => setOpen(open > 0), [open])
  return (
    <div className="flex flex-col gap-4">
      <Link href={tracesHref()} className="self-start text-[13px] text-muted hover:text-ink hover:underline">
        ← {text('traces.title')}
      </Link>
      {trace ? (
        <Followed trace={trace} />
      ) : error ? (
        <Empty>{error.code === 'TRACE_NOT_FOUND' ? text('traces.gone') : say.error(error)}</Empty>
      ) : (
        <Skeleton className="h-96 rounded-lg" />
      )}
    </div>
  )
}

function Followed({ trace }: { readonly trace: TraceView }): ReactNode {
  const text = useText()
  const figures = useFigures()
  const { event, startedAt, reason, events, deliveries, lastsMs, leftOut } = trace
  const facts = [
    figures.day(startedAt),
    text('events.from', { source: event.origin.plugin ?? event.source }),
    ...(deliveries > 0 ? [text('traces.deliveries', { count: deliveries })] : []),
    ...(events > 1 ? [text('traces.caused', { count: events - 1 })] : []),
    ...(deliveries > 0 ? [text('traces.lasted', { time: figures.ms(lastsMs) })] : []),
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
