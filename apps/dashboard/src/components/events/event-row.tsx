'use client'

import type { EventLine } from '@plugboard/protocol'
import { memo, type ReactNode } from 'react'
import { classes } from '@/components/ui/class-names'
import { useFigures } from '@/format/use-figures'
import { useText } from '@/messages/use-text'
import { summaryOf } from './event-summary'

/** Characters; a line shows fewer. */
const MAX_SHOWN = 200

/** One event on one line: when, what, from whom, and the beginning of what it carries. */
export const EventRow = memo(function EventRow({
  event,
  compact = false,
  chosen = false,
  isTabStop = true,
  onChoose,
}: {
  readonly event: EventLine
  /** Without its source. */
  readonly compact?: boolean
  readonly chosen?: boolean
  /** Of hundreds of lines one is enough: the keys j and k go on from there, and the Tab key to what is below. */
  readonly isTabStop?: boolean
  readonly onChoose?: (event: EventLine) => void
}): ReactNode {
  const figures = useFigures()
  const text = useText()
  const { at, topic, source, data, bytes, isCut } = event
  const line = (
    <>
      <time className="figures shrink-0 text-faint" title={figures.moment(at)}>
        {figures.clock(at)}
      </time>
      <span className="w-44 shrink-0 truncate text-left font-medium max-sm:w-auto max-sm:flex-1">{topic}</span>
      {!compact && <span className="w-32 shrink-0 truncate text-left text-muted max-md:hidden">{source}</span>}
      <span className="min-w-0 flex-1 truncate text-left text-muted max-sm:basis-full">
        {isCut ? text('events.cut', { size: figures.bytes(bytes) }) : summaryOf(data).slice(0, MAX_SHOWN)}
      </span>
    </>
  )
  // On a phone what it carries has a line of its own.
  const look =
    'flex h-6 w-full items-center gap-x-3 rounded px-2 font-mono text-xs max-sm:h-10 max-sm:flex-wrap max-sm:content-center'
  return (
    <li>
      {onChoose ? (
        <button
          type="button"
          data-walk
          tabIndex={isTabStop ? undefined : -1}
          aria-pressed={chosen}
          onClick={() => onChoose(event)}
          className={classes(look, chosen ? 'bg-accent-soft' : 'hover:bg-sunken')}
        >
          {line}
        </button>
      ) : (
        <div className={classes(look, 'px-0')}>{line}</div>
      )}
    </li>
  )
})
