'use client'

import { reasonOf, type Board, type BoardRow } from '@plugboard/protocol'
import Link from 'next/link'
import { useRef, useState, type ReactNode } from 'react'
import { useBulkActions } from '@/components/actions/bulk-actions-provider'
import { useWhyNot } from '@/components/feedback/use-why-not'
import { NextTry } from '@/components/plugins/next-try'
import { helpedByRestart } from '@/components/plugins/repair'
import { RepairButtons } from '@/components/plugins/repair-buttons'
import { Button } from '@/components/ui/button'
import { SilenceButton } from '@/components/silences/silence-button'
import { SilenceNote } from '@/components/silences/silence-note'
import { pluginHref } from '@/navigation/plugin-href'
import { classes } from '@/components/ui/class-names'
import { Skeleton } from '@/components/ui/panel'
import { healthLevel } from '@/components/ui/health-level'
import { HealthMark, StateMark } from '@/components/ui/state-mark'
import { useFigures } from '@/format/use-figures'
import { useWalk } from '@/hooks/use-walk'
import { NothingRuns } from './nothing-runs'
import { sortedRows } from '@/live/sorted-rows'
import { useMay, useTopic } from '@/live/use-live'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'

/** More would push the charts away. */
const MAX_SHOWN = 5
const MAX_OPENED = 50

/** The plugins that are not as they should be, the worst first, each with its reason and what to press. */
export function AttentionList({ board }: { readonly board: Board | null }): ReactNode {
  const text = useText()
  const figures = useFigures()
  const list = useRef<HTMLDivElement>(null)
  const [isOpened, setOpened] = useState(false)
  useWalk(list)
  if (!board) return <Skeleton className="h-11 rounded-lg" />
  const rows = sortedRows(board.rows)
  // A healthy plugin that warns is not ill, but it is not calm either: it comes after those that are.
  const unwell = (['unhealthy', 'warning'] as const).flatMap((level) =>
    rows.filter((row) => healthLevel(row) === level),
  )
  const known = rows.filter((row) => healthLevel(row) === 'known')
  const isIll = unwell.some((row) => healthLevel(row) === 'unhealthy')
  const shown = unwell.slice(0, isOpened ? MAX_OPENED : MAX_SHOWN)
  const hidden = unwell.length - shown.length
  return (
    <div ref={list}>
      {/* Screen readers announce only the names, when these change: the countdowns would be announced every second. */}
      <p role="status" className="sr-only">
        {unwell.length > 0 && text('attention.now', { names: figures.list(shown.map(({ name }) => name)) })}
      </p>
      {rows.length > 0 && rows.every(({ enabled }) => !enabled) ? (
        <NothingRuns total={rows.length} />
      ) : unwell.length === 0 ? (
        <p role="status" className="flex min-h-11 items-center gap-2 rounded-lg border bg-surface px-4 text-muted">
          <span aria-hidden className="size-2 rounded-full bg-good" />
          {text(rows.length === 0 ? 'attention.none' : known.length > 0 ? 'attention.calmOthers' : 'attention.calm')}
        </p>
      ) : (
        <section
          aria-label={text('attention.title')}
          className={classes('rounded-lg border bg-surface', isIll ? 'border-bad' : 'border-warn')}
        >
          <div className="flex min-h-11 items-center justify-between gap-4 px-4 pt-1">
            <h2 className="font-semibold">{text('attention.title')}</h2>
            <RestartAll rows={unwell} />
          </div>
          <ul className="divide-y">
            {shown.map((row) => (
              <Unwell key={row.id} row={row} />
            ))}
          </ul>
          {(hidden > 0 || isOpened) && (
            <p className="flex flex-wrap gap-x-4 border-t px-4 py-2">
              {(hidden > 0 && !isOpened) || (isOpened && unwell.length > MAX_SHOWN) ? (
                <button
                  type="button"
                  aria-expanded={isOpened}
                  className="text-muted hover:underline"
                  onClick={() => setOpened(!isOpened)}
                >
                  {isOpened ? text('attention.fewer') : text('attention.more', { count: hidden })}
                </button>
              ) : null}
              <Link href="/plugins?filter=health:unwell" className="text-muted hover:underline">
                {text('attention.inTable')}
              </Link>
            </p>
          )}
        </section>
      )}
      {known.length > 0 && (
        <ul aria-label={text('attention.known')} className="mt-2 divide-y rounded-lg border bg-surface">
          {known.map((row) => (
            <Known key={row.id} row={row} />
          ))}
        </ul>
      )}
    </div>
  )
}

/** Restarts those that are unhealthy, where that helps: several at once, after a look at the plan. */
function RestartAll({ rows }: { readonly rows: readonly BoardRow[] }): ReactNode {
  const text = useText()
  const allowed = useMay('plugins.bulk')
  const whyNot = useWhyNot('plugins.bulk')
  const { pending, ask } = useBulkActions()
  const helped = helpedByRestart(rows)
  if (helped.length < 2) return null
  return (
    <Button
      pending={pending === 'restart'}
      disabled={!allowed}
      title={whyNot}
      onClick={() => void ask('restart', helped)}
    >
      {text('attention.restartAll', { count: helped.length })}
    </Button>
  )
}

/** Reasons that are part of an incident, which says since when. */
const TELLS_OF_FAILURE: ReadonlySet<string> = new Set(['error', 'failed-lately', 'crash-loop'])

/** What is wrong as shape, colour and word; a plugin that runs is not well for that. */
function AttentionMark({ row }: { readonly row: BoardRow }): ReactNode {
  const text = useText()
  if (row.state !== 'active')
    return <StateMark state={row.state} recovering={row.nextRestartAt !== null} className="w-28" />
  const level = healthLevel(row)
  return (
    <span
      className={classes(
        'inline-flex w-28 items-center gap-1.5 font-medium whitespace-nowrap',
        level === 'unhealthy' ? 'text-bad' : 'text-warn',
      )}
    >
      <svg viewBox="0 0 12 12" className="size-3 shrink-0" aria-hidden>
        <path d="M6 0.5 11.5 6 6 11.5 0.5 6z" fill="currentColor" />
      </svg>
      {text(`health.${level}`)}
    </span>
  )
}

function Unwell({ row }: { readonly row: BoardRow }): ReactNode {
  const figures = useFigures()
  const text = useText()
  const say = useSay()
  const reason = reasonOf(row)
  const { state: incidents } = useTopic('incidents')
  const since =
    reason?.code === 'dropping-events'
      ? (reason.details as { since: number }).since
      : TELLS_OF_FAILURE.has(reason?.code ?? '')
        ? (incidents?.find(({ pluginId, closedAt, error }) => {
            return pluginId === row.id && closedAt === null && error.code !== 'EVENTS_LOST'
          })?.openedAt ?? row.lastErrorAt)
        : null
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1.5 px-4 py-2">
      <AttentionMark row={row} />
      <Link data-walk href={pluginHref(row.id)} className="truncate font-medium hover:underline md:w-44">
        <bdi>{row.name}</bdi>
      </Link>
      <span className="min-w-0 flex-1 basis-72 wrap-anywhere text-muted">
        {reason && say.reason(reason)}
        {since !== null && (
          <span className="figures text-faint"> · {text('attention.since', { time: figures.when(since) })}</span>
        )}
      </span>
      {row.nextRestartAt !== null && <NextTry at={row.nextRestartAt} />}
      <RepairButtons row={row} />
      <SilenceButton row={row} />
    </li>
  )
}

/** Somebody knows of it: said in grey, without a call to do anything. */
function Known({ row }: { readonly row: BoardRow }): ReactNode {
  const say = useSay()
  const reason = reasonOf(row)
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1.5 px-4 py-2">
      <span className="w-28">
        <HealthMark level="known" />
      </span>
      <Link data-walk href={pluginHref(row.id)} className="truncate font-medium hover:underline md:w-44">
        <bdi>{row.name}</bdi>
      </Link>
      <span className="flex min-w-0 flex-1 basis-72 flex-col">
        <SilenceNote row={row} />
        {reason && <span className="text-[13px] wrap-anywhere text-faint">{say.reason(reason)}</span>}
      </span>
      <SilenceButton row={row} />
    </li>
  )
}
