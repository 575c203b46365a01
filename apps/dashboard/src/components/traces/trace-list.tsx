'use client'

import type { TraceSummary } from '@plugboard/protocol'
import Link from 'next/link'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { MoreRows } from '@/components/feedback/more-rows'
import { classes } from '@/components/ui/class-names'
import { Button } from '@/components/ui/button'
import { Checkbox } from '@/components/ui/checkbox'
import { Icon } from '@/components/ui/icon'
import { Empty, Panel, Skeleton } from '@/components/ui/panel'
import { PluginSelect } from '@/components/ui/plugin-select'
import { useFigures } from '@/format/use-figures'
import { useQueryParam } from '@/hooks/use-query'
import { useWalk } from '@/hooks/use-walk'
import { sortedRows } from '@/live/sorted-rows'
import { useFollowedPages } from '@/live/use-followed-pages'
import { useTopic } from '@/live/use-live'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'
import { traceHref } from '@/navigation/trace-href'
import { OutcomeMark } from './outcome-mark'

const PAGE = 50

/** Followed events, newest first: of all plugins or of one, or the traces of one event. */
export function TraceList(): ReactNode {
  const text = useText()
  const [plugin, setPlugin] = useQueryParam('plugin')
  const [event, setEvent] = useQueryParam('event')
  const [unhandled, setUnhandled] = useQueryParam('unhandled')
  const { state: board } = useTopic('board')
  const names = board ? sortedRows(board.rows) : []
  const filter = {
    ...(plugin !== null && { plugin }),
    ...(event !== null && { event }),
    ...(unhandled !== null && { unhandled: true }),
  }
  return (
    <Panel
      title={text('traces.title')}
      hint={text('traces.hint')}
      aside={
        <div className="flex min-w-0 flex-wrap items-center gap-2 max-sm:w-full">
          {event !== null && (
            <Button size="small" aria-label={text('traces.allEvents')} onClick={() => setEvent(null)}>
              <span className="max-w-40 truncate">{text('traces.ofEvent', { event })}</span>
              <Icon name="cross" className="size-3" />
            </Button>
          )}
          <Checkbox
            label={text('traces.onlyUnhandled')}
            checked={unhandled !== null}
            onChange={(on) => setUnhandled(on ? '1' : null)}
          />
          <PluginSelect className="max-sm:flex-1 sm:max-w-52" value={plugin} plugins={names} onChange={setPlugin} />
        </div>
      }
    >
      <Rows key={JSON.stringify(filter)} filter={filter} />
    </Panel>
  )
}

const LOOK_MS = 2_000

interface Filter {
  readonly event?: string
  readonly plugin?: string
  readonly unhandled?: boolean
}

function Rows({ filter }: { readonly filter: Filter }): ReactNode {
  const text = useText()
  const say = useSay()
  const [isHeld, setHeld] = useState(false)
  const pages = useFollowedPages('traces.list', filter, { limit: PAGE, isHeld })
  const { rows, showNewer, isExtended, reload, ...more } = pages
  const list = useRef<HTMLUListElement>(null)
  useWalk(list)
  // With a filter, one of before may come to fit it.
  const isFiltered = Object.keys(filter).length > 0
  const mayChange = rows !== null && (isFiltered || rows.some(({ open }) => open > 0)) && !isExtended && !isHeld
  useEffect(() => {
    if (!mayChange) return
    const timer = setTimeout(reload, LOOK_MS)
    return () => clearTimeout(timer)
  }, [mayChange, rows, reload])
  if (!rows) return more.error ? <Empty>{say.error(more.error)}</Empty> : <Skeleton className="h-96" />
  if (rows.length === 0) {
    const { event, plugin, unhandled } = filter
    const why =
      plugin !== undefined || unhandled === true
        ? 'traces.noMatch'
        : event === undefined
          ? 'traces.none'
          : 'traces.notFollowed'
    return <Empty>{text(why)}</Empty>
  }
  return (
    // What is pointed at, or has the focus, must not move on.
    <div
      className="relative flex flex-col"
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      {showNewer && (
        <div className="pointer-events-none absolute inset-x-0 -top-3 flex justify-center">
          <Button size="small" className="pointer-events-auto shadow-pop" onClick={showNewer}>
            {text('history.newer')}
          </Button>
        </div>
      )}
      <ul ref={list} aria-label={text('traces.title')} className="-mx-2 mb-3 flex flex-col divide-y">
        {rows.map((trace) => (
          <Row key={trace.id} trace={trace} />
        ))}
      </ul>
      <MoreRows {...more} />
    </div>
  )
}

/** Each part of a line has its place, so that the lines can be compared. On a phone they are two lines. */
const GRID =
  'grid grid-cols-[4.5rem_minmax(0,1fr)_auto] items-center gap-x-3 gap-y-0.5 md:grid-cols-[4.5rem_minmax(0,3fr)_minmax(0,2fr)_7rem_6.5rem_4.5rem_8.5rem]'

function Row({ trace }: { readonly trace: TraceSummary }): ReactNode {
  const text = useText()
  const figures = useFigures()
  const { id, startedAt, event, events, deliveries, lastsMs, reason } = trace
  const notes = [
    ...(reason === 'sampled' ? [] : [text(`traces.reason.${reason}`)]),
    ...(events > 1 ? [text('traces.caused', { count: events - 1 })] : []),
  ]
  return (
    <li>
      <Link href={traceHref(id)} data-walk className={classes(GRID, 'rounded px-2 py-2 hover:bg-sunken')}>
        <time className="figures text-faint" title={figures.moment(startedAt)}>
          {figures.when(startedAt)}
        </time>
        <span className="truncate font-mono text-[13px] font-medium">{event.type}</span>
        <bdi className="truncate text-[13px] text-muted max-md:hidden">{event.origin.plugin ?? event.source}</bdi>
        <span className="figures truncate text-[13px] text-muted max-md:order-1 max-md:col-start-2">
          {notes.join(' · ')}
        </span>
        <span className="figures text-right text-[13px] text-muted max-md:hidden">
          {deliveries > 0 && text('traces.deliveries', { count: deliveries })}
        </span>
        <span className="figures text-right text-[13px] text-muted max-md:order-1">
          {deliveries > 0 && figures.ms(lastsMs)}
        </span>
        <span className="flex justify-end">
          <OutcomeMark trace={trace} />
        </span>
      </Link>
    </li>
  )
}
