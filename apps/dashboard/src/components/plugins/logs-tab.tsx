'use client'

import type { LogEntry } from '@plugboard/protocol'
import { useEffect, useRef, type ReactNode } from 'react'
import { classes } from '@/components/ui/class-names'
import { Empty } from '@/components/ui/panel'
import { formatClock, formatMoment } from '@/format/figures'
import { useText } from '@/messages/use-text'

const INK: Record<LogEntry['level'], string> = {
  debug: 'text-faint',
  info: 'text-muted',
  warn: 'text-warn',
  error: 'text-bad',
}
/** Nearer to the end than this, new lines are followed. */
const FOLLOW_PX = 40

/** What the plugin said, newest at the end; the view follows unless somebody scrolls back. */
export function LogsTab({ logs }: { readonly logs: readonly LogEntry[] }): ReactNode {
  const text = useText()
  const list = useRef<HTMLDivElement>(null)
  const follows = useRef(true)
  useEffect(() => {
    if (follows.current) list.current?.scrollTo({ top: list.current.scrollHeight })
  }, [logs])

  if (logs.length === 0) return <Empty>{text('logs.empty')}</Empty>
  return (
    <div
      ref={list}
      role="log"
      tabIndex={0}
      aria-label={text('plugin.tab.logs')}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) =>
        (follows.current = scrollHeight - scrollTop - clientHeight < FOLLOW_PX)
      }
      className="h-[60dvh] overflow-y-auto rounded-lg border bg-surface p-3 font-mono text-xs leading-5"
    >
      {logs.map(({ at, level, message, origin }, index) => (
        <p key={`${at}-${index}`} className="flex gap-3">
          <time className="figures shrink-0 text-faint" title={formatMoment(at)}>
            {formatClock(at)}
          </time>
          <span className={classes('w-12 shrink-0 font-semibold uppercase', INK[level])}>{level}</span>
          <span className="hidden w-16 shrink-0 text-faint sm:inline">{text(`logs.origin.${origin}`)}</span>
          <span className="min-w-0 wrap-anywhere whitespace-pre-wrap">{message}</span>
        </p>
      ))}
    </div>
  )
}
