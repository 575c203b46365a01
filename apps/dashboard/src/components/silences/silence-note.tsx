'use client'

import type { BoardRow } from '@plugboard/protocol'
import type { ReactNode } from 'react'
import { useFigures } from '@/format/use-figures'
import { useServerClock } from '@/live/use-server-clock'
import { useText } from '@/messages/use-text'

/** Until when a plugin is silenced, by whom and why, with the time that is left. Nothing where it is not. */
export function SilenceNote({
  row: { silencedUntil: until, silencedBy: by, silenceNote: note },
}: {
  readonly row: Pick<BoardRow, 'silencedUntil' | 'silencedBy' | 'silenceNote'>
}): ReactNode {
  const text = useText()
  const figures = useFigures()
  const now = useServerClock()
  if (until === null) return null
  const left = figures.duration(Math.max(0, Math.ceil((until - now) / 1_000)))
  return (
    <span className="figures min-w-0 wrap-anywhere text-muted" title={figures.moment(until)}>
      {text('silence.known', { time: figures.when(until), by: by ?? '' })}
      {note !== null && note !== '' && (
        <>
          : <bdi>{note}</bdi>
        </>
      )}
      <span className="text-faint"> · {text('silence.left', { time: left })}</span>
    </span>
  )
}
