'use client'

import type { TraceDelivery, TracePart, TraceView } from '@plugboard/protocol'
import Link from 'next/link'
import { useRef, type CSSProperties, type ReactNode } from 'react'
import { classes } from '@/components/ui/class-names'
import { Preformatted } from '@/components/ui/preformatted'
import { useFigures } from '@/format/use-figures'
import { useWalk } from '@/hooks/use-walk'
import { usePluginRow } from '@/live/use-plugin-row'
import { useText } from '@/messages/use-text'
import { pluginHref } from '@/navigation/plugin-href'
import { barOf, traceRows, type TraceRow } from './trace-rows'

/** Deeper lines are not set in further: a phone has no room. */
const MAX_STEPS = 10

const INK: Record<TraceDelivery['state'], string> = {
  waiting: 'text-muted',
  handling: 'text-accent',
  handled: 'text-good',
  failed: 'text-bad',
  'in-doubt': 'text-bad',
  dropped: 'text-warn',
  discarded: 'text-warn',
  missed: 'text-warn',
}
const FILL: Record<TraceDelivery['state'], string> = {
  waiting: 'bg-line-strong',
  handling: 'bg-accent',
  handled: 'bg-good',
  failed: 'bg-bad',
  'in-doubt': 'bg-bad',
  dropped: 'bg-warn',
  discarded: 'bg-warn',
  missed: 'bg-warn',
}
const SIGN: Record<TraceDelivery['state'], string> = {
  waiting: '…',
  handling: '…',
  handled: '✓',
  failed: '▲',
  'in-doubt': '▲',
  dropped: '✕',
  discarded: '✕',
  missed: '✕',
}

/** On a desk each figure has its column, so that they can be compared. */
const COLUMNS = 'lg:grid-cols-[minmax(0,1fr)_13rem_5rem_5rem_minmax(0,34%)]'

/** Where an event went, line by line, each beside its time. */
export function TraceTree({ trace }: { readonly trace: TraceView }): ReactNode {
  const text = useText()
  const figures = useFigures()
  const list = useRef<HTMLUListElement>(null)
  useWalk(list)
  return (
    <>
      <p aria-hidden className={classes('hidden gap-x-4 border-b pb-1 text-xs text-faint lg:grid', COLUMNS)}>
        <span className="col-start-2">{text('traces.outcome')}</span>
        <span className="text-right">{text('traces.queue')}</span>
        <span className="text-right">{text('traces.handler')}</span>
        <span className="figures flex justify-between">
          <span>0</span>
          {trace.lastsMs > 0 && <span>{figures.ms(trace.lastsMs)}</span>}
        </span>
      </p>
      <ul ref={list} aria-label={text('traces.way')} className="flex flex-col divide-y">
        {traceRows(trace).map((row) => (
          <li key={row.key}>
            <Line row={row} lastsMs={trace.lastsMs} />
          </li>
        ))}
      </ul>
    </>
  )
}

function Line({ row, lastsMs }: { readonly row: TraceRow; readonly lastsMs: number }): ReactNode {
  const inset = { paddingInlineStart: `${Math.min(row.depth, MAX_STEPS) * 0.875}rem` }
  switch (row.kind) {
    case 'event':
      return (
        <div style={inset}>
          <EventLine part={row.part} isFirst={row.depth === 0} />
        </div>
      )
    case 'delivery':
      return <Delivery {...row} inset={inset} lastsMs={lastsMs} />
    case 'refusal':
      return (
        <p style={inset} className="py-1.5 text-[13px] wrap-anywhere text-warn">
          <Refusal {...row.refusal} />
        </p>
      )
  }
}

/** What was published, by whom and when; what it carries is shown on demand. */
function EventLine({
  part: { event, afterMs, deliveries },
  isFirst,
}: {
  readonly part: TracePart
  readonly isFirst: boolean
}): ReactNode {
  const text = useText()
  const figures = useFigures()
  const { type, subject, data, isCut, origin, source } = event
  return (
    <details className="group/event py-1.5">
      <summary className="flex cursor-pointer flex-wrap items-baseline gap-x-3">
        <span aria-hidden className="text-faint group-open/event:rotate-90">
          ▸
        </span>
        <span className="min-w-0 font-mono text-[13px] font-medium wrap-anywhere">{type}</span>
        <span className="figures text-[13px] text-faint">
          {isFirst
            ? text('events.from', { source: origin.plugin ?? source })
            : text('traces.after', { time: figures.ms(afterMs) })}
        </span>
        {deliveries.length === 0 && <span className="text-[13px] text-muted">{text('traces.nobodyTakesIt')}</span>}
      </summary>
      {subject !== undefined && (
        <p className="mt-1 ml-5 text-[13px] text-muted">{text('traces.subject', { subject })}</p>
      )}
      <div className="ml-5">
        {isCut ? (
          <p className="mt-1 text-[13px] text-muted">{text('traces.noData')}</p>
        ) : (
          <Preformatted title={text('events.payload')} body={JSON.stringify(data, null, 2)} />
        )}
      </div>
    </details>
  )
}

/** What became of an event at one plugin, and when. */
function Delivery({
  delivery: { plugin, version, state, waitedMs, tookMs, error },
  afterMs,
  lastsMs,
  inset,
}: {
  readonly delivery: TraceDelivery
  readonly afterMs: number
  readonly lastsMs: number
  readonly inset: CSSProperties
}): ReactNode {
  const text = useText()
  // One that was unloaded has its id only.
  const name = usePluginRow(plugin)?.name ?? plugin
  return (
    <div className={classes('flex flex-wrap items-center gap-x-4 gap-y-0.5 py-1.5 lg:grid', COLUMNS)}>
      <div style={inset} className="flex min-w-0 items-baseline gap-x-2">
        <span aria-hidden className="text-faint">
          →
        </span>
        <Link
          href={pluginHref(plugin, state === 'failed' || state === 'in-doubt' ? 'deadLetters' : undefined)}
          data-walk
          className="min-w-0 truncate font-medium hover:underline"
        >
          <bdi>{name}</bdi>
        </Link>
        {version !== null && <span className="figures text-xs text-faint">{version}</span>}
      </div>
      <span className={classes('text-[13px] font-medium', INK[state])}>
        <span aria-hidden>{SIGN[state]} </span>
        {text(`traces.state.${state}`)}
      </span>
      <Took ms={waitedMs} where={text('traces.inQueue')} />
      <Took ms={tookMs} where={text('traces.inHandler')} />
      <Bar state={state} waitedMs={waitedMs} tookMs={tookMs} afterMs={afterMs} lastsMs={lastsMs} />
      {error && (
        <p style={inset} className="col-span-full basis-full text-[13px] wrap-anywhere text-bad">
          <bdi className="ml-5 inline-block">{errorText(error)}</bdi>
        </p>
      )}
    </div>
  )
}

/** On a desk the head of its column says where. */
function Took({ ms, where }: { readonly ms: number | null; readonly where: string }): ReactNode {
  const figures = useFigures()
  if (ms === null) return <span className="max-lg:hidden" />
  return (
    <span className="figures text-[13px] text-muted lg:text-right">
      {figures.ms(ms)}
      <span className="lg:sr-only"> {where}</span>
    </span>
  )
}

/** When it waited, light, and when it was handled, on the time of the whole trace. */
function Bar({
  state,
  lastsMs,
  ...times
}: Pick<TraceDelivery, 'state' | 'waitedMs' | 'tookMs'> & {
  readonly afterMs: number
  readonly lastsMs: number
}): ReactNode {
  const bar = barOf(times, lastsMs)
  if (!bar) return null
  const percent = (share: number): string => `${share * 100}%`
  return (
    <div aria-hidden className="relative h-2.5 rounded bg-sunken max-lg:my-1 max-lg:h-1.5 max-lg:basis-full">
      <span
        className="absolute inset-y-0 rounded-l bg-line-strong"
        style={{ left: percent(bar.start), width: percent(bar.waited) }}
      />
      <span
        className={classes('absolute inset-y-0 min-w-0.5 rounded', FILL[state])}
        style={{ left: `min(${percent(bar.start + bar.waited)}, calc(100% - 2px))`, width: percent(bar.took) }}
      />
    </div>
  )
}

function errorText({ name, message }: NonNullable<TraceDelivery['error']>): string {
  if (message === '') return name
  return name === 'Error' ? message : `${name}: ${message}`
}

function Refusal({ plugin, type, code, message, times }: TracePart['refusals'][number]): ReactNode {
  const text = useText()
  const name = usePluginRow(plugin)?.name ?? plugin
  return (
    <>
      <span aria-hidden>✕ </span>
      {text('traces.refused', { name, type, times })} <code>{code}</code> <bdi className="text-muted">{message}</bdi>
    </>
  )
}
