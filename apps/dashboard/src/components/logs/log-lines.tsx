'use client'

import type { LogEntry, LogLevel } from '@plugboard/protocol'
import { useEffect, useLayoutEffect, useMemo, useRef, type ReactNode } from 'react'
import { classes } from '@/components/ui/class-names'
import { useFigures } from '@/format/use-figures'
import { useText } from '@/messages/use-text'
import { copyLines } from './copy-lines'
import { fieldWord } from './log-words'
import { terminalParts } from './terminal-text'

const INK: Record<LogLevel, string> = { debug: 'text-faint', info: 'text-muted', warn: 'text-warn', error: 'text-bad' }
/** Nearer to the end than this, new lines are followed. */
const FOLLOW_PX = 40

/** Log entries, the newest at the end; the view follows unless the reader scrolls back. */
export function LogLines({
  lines,
  label,
  withDay = false,
  startAt = null,
  nameOf = null,
  onField = null,
  onFollow,
  top,
}: {
  readonly lines: readonly (LogEntry & { readonly id?: string })[]
  readonly label: string
  /** They may be of another day. */
  readonly withDay?: boolean
  /** The moment of the entry to show first, at the top; null: the newest, at the bottom. */
  readonly startAt?: number | null
  /** Of the plugin, where they are of several; null: they are of one. */
  readonly nameOf?: ((id: string) => string) | null
  /** Searches for a field with its value, as a search writes it; null: they cannot be searched. */
  readonly onField?: ((text: string) => void) | null
  /** Whether the view follows, when that changes. */
  readonly onFollow?: (follows: boolean) => void
  /** Above the oldest entry. */
  readonly top?: ReactNode
}): ReactNode {
  const text = useText()
  const figures = useFigures()
  const list = useRef<HTMLDivElement>(null)
  const follows = useRef(startAt === null)
  const rows = useMemo(() => withKeys(lines), [lines])
  const first = useRef({ key: rows[0]?.key, height: 0 })
  useEffect(() => {
    const row = startAt === null ? null : list.current?.querySelector(`[data-at="${startAt}"]`)
    row?.scrollIntoView({ block: 'start' })
  }, [startAt])
  useLayoutEffect(() => {
    const view = list.current
    if (!view) return
    const key = rows[0]?.key
    const isOlder =
      first.current.height > 0 && rows.some((one) => one.key === first.current.key) && key !== first.current.key
    if (follows.current) view.scrollTo({ top: view.scrollHeight })
    // What is being read stays where it is when older entries come in above it.
    else if (isOlder) view.scrollTo({ top: view.scrollTop + view.scrollHeight - first.current.height })
    first.current = { key, height: view.scrollHeight }
  }, [rows])
  return (
    <div
      ref={list}
      role="log"
      // A screen reader does not announce each line of a flood. It reads the list on request.
      aria-live="off"
      tabIndex={0}
      aria-label={label}
      onCopy={(event) => copyLines(event, lines, { withId: nameOf !== null })}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        const isAtEnd = scrollHeight - scrollTop - clientHeight < FOLLOW_PX
        if (isAtEnd !== follows.current) onFollow?.(isAtEnd)
        follows.current = isAtEnd
      }}
      className="h-[60dvh] overflow-y-auto rounded-lg border bg-surface p-3 font-mono text-xs leading-5"
    >
      {top}
      {rows.map(({ key, line: { id, at, level, message, origin, fields } }, index) => (
        <p key={key} data-line={index} data-at={at} className="flex gap-x-3 max-sm:mb-1 max-sm:flex-wrap">
          <time className="figures shrink-0 text-faint" title={figures.moment(at)}>
            {withDay ? figures.day(at) : figures.clock(at)}
          </time>
          <span className={classes('w-12 shrink-0 font-semibold uppercase', INK[level])}>{level}</span>
          {nameOf && id !== undefined && (
            <bdi className="w-28 shrink-0 truncate text-ink" title={id}>
              {nameOf(id)}
            </bdi>
          )}
          <span className="hidden w-16 shrink-0 text-faint sm:inline">{text(`logs.origin.${origin}`)}</span>
          <span className="min-w-0 wrap-anywhere whitespace-pre-wrap max-sm:basis-full">
            {terminalParts(message).map(({ content, look }, part) => (
              <span key={part} className={look}>
                {content}
              </span>
            ))}
            {fields && <Fields fields={fields} onField={onField} />}
          </span>
        </p>
      ))}
    </div>
  )
}

/** What an entry says besides its message; a value of it is searched for by a click. */
function Fields({
  fields,
  onField,
}: {
  readonly fields: NonNullable<LogEntry['fields']>
  readonly onField: ((text: string) => void) | null
}): ReactNode {
  const text = useText()
  if (!onField) return <span className="ml-2 text-faint">{JSON.stringify(fields)}</span>
  return Object.entries(fields).map(([name, value]) => {
    const written = typeof value === 'string' ? value : JSON.stringify(value)
    const word = fieldWord(name, written)
    if (word === null) {
      return (
        <span key={name} className="ml-2 wrap-anywhere text-faint">
          {name}={written}
        </span>
      )
    }
    return (
      <button
        key={name}
        type="button"
        title={text('logs.searchField', { name })}
        onClick={() => onField(word)}
        className="ml-2 text-left wrap-anywhere text-faint hover:text-accent hover:underline"
      >
        {name}={written}
      </button>
    )
  })
}

/** By their moment, and by their place among those of the same moment: a line keeps its key while older ones go. */
function withKeys<Line extends LogEntry>(lines: readonly Line[]): { readonly key: string; readonly line: Line }[] {
  const seen = new Map<number, number>()
  return lines.map((line) => {
    const count = seen.get(line.at) ?? 0
    seen.set(line.at, count + 1)
    return { key: `${line.at}-${count}`, line }
  })
}
