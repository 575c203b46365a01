'use client'

import { reasonOf, type Board, type BoardRow } from '@plugboard/protocol'
import type { ReactNode } from 'react'
import { NextTry } from '@/components/plugins/next-try'
import { SilenceNote } from '@/components/silences/silence-note'
import { classes } from '@/components/ui/class-names'
import { healthLevel } from '@/components/ui/health-level'
import { Skeleton } from '@/components/ui/panel'
import { HealthMark } from '@/components/ui/state-mark'
import { sortedRows } from '@/live/sorted-rows'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'

/** More could not be read from four metres. */
const MAX_SHOWN = 8
const ORDER = ['unhealthy', 'warning', 'known'] as const

/** The plugins that are not as they should be, the worst first, in letters that are read from afar. */
export function WallAttention({ board }: { readonly board: Board | null }): ReactNode {
  const text = useText()
  if (!board) return <Skeleton className="h-24 rounded-lg" />
  const rows = sortedRows(board.rows)
  const shown = ORDER.flatMap((level) => rows.filter((row) => healthLevel(row) === level))
  const isIll = shown.some((row) => healthLevel(row) === 'unhealthy')
  const isOff = rows.length > 0 && rows.every(({ enabled }) => !enabled)
  if (shown.length === 0) {
    return (
      <p
        role="status"
        className={classes(
          'flex items-center gap-3 rounded-lg border bg-surface px-4 py-3 text-xl font-medium',
          isOff ? 'text-warn' : 'text-good',
        )}
      >
        <span aria-hidden className={classes('size-4 rounded-full', isOff ? 'bg-warn' : 'bg-good')} />
        {isOff ? text('attention.allOff', { count: rows.length }) : text('attention.calm')}
      </p>
    )
  }
  return (
    <ul
      aria-label={text('attention.title')}
      className={classes('divide-y rounded-lg border-2 bg-surface', isIll ? 'border-bad' : 'border-warn')}
    >
      {shown.slice(0, MAX_SHOWN).map((row) => (
        <Unwell key={row.id} row={row} />
      ))}
      {shown.length > MAX_SHOWN && (
        <li className="px-4 py-2 text-lg text-muted">{text('attention.more', { count: shown.length - MAX_SHOWN })}</li>
      )}
    </ul>
  )
}

function Unwell({ row }: { readonly row: BoardRow }): ReactNode {
  const say = useSay()
  const level = healthLevel(row)
  const reason = reasonOf(row)
  return (
    <li className="flex flex-wrap items-baseline gap-x-4 gap-y-1 px-4 py-2 text-lg">
      <span className="w-20 shrink-0">
        <HealthMark level={level} />
      </span>
      <bdi className="max-w-80 truncate text-xl font-semibold">{row.name}</bdi>
      <span className="min-w-0 flex-1 basis-96 truncate text-muted">
        {level === 'known' ? <SilenceNote row={row} /> : reason && say.reason(reason)}
      </span>
      {row.nextRestartAt !== null && <NextTry at={row.nextRestartAt} />}
    </li>
  )
}
