'use client'

import type { IncidentView } from '@plugboard/protocol'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { pluginHref } from '@/navigation/plugin-href'
import { useFigures } from '@/format/use-figures'
import { usePluginRow } from '@/live/use-plugin-row'
import { useServerClock } from '@/live/use-server-clock'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'

/** Nothing more is lost, but it may begin again. */
const QUIET_MS = 30_000
const HOUR_MS = 3_600_000

/** One incident: what, since when, how long, how often, and whom else it took down. */
export function IncidentRow({ incident }: { readonly incident: IncidentView }): ReactNode {
  const text = useText()
  const say = useSay()
  const figures = useFigures()
  const { pluginId, error, openedAt, lastAt, closedAt, occurrences, affected } = incident
  // One that was unloaded has its id only.
  const name = usePluginRow(pluginId)?.name ?? pluginId
  const now = useServerClock(closedAt === null ? 1_000 : HOUR_MS)
  const isQuiet = closedAt === null && error.code === 'EVENTS_LOST' && now - lastAt > QUIET_MS
  const message = say.error(error)
  return (
    <li className="py-2.5">
      <div className="flex flex-wrap items-baseline gap-x-3">
        <span aria-hidden className={closedAt !== null ? 'text-faint' : isQuiet ? 'text-warn' : 'text-bad'}>
          {closedAt === null ? '▲' : '✓'}
        </span>
        <Link
          href={pluginHref(pluginId, 'history')}
          title={pluginId}
          className="max-w-60 truncate font-medium hover:underline"
        >
          <bdi>{name}</bdi>
        </Link>
        <code className="text-[13px] text-muted">{error.code}</code>
        <span className="figures ml-auto text-[13px] text-faint" title={figures.moment(openedAt)}>
          {figures.day(openedAt)}
        </span>
      </div>
      <p className="mt-0.5 line-clamp-2 wrap-anywhere text-muted" title={message}>
        {message}
      </p>
      <p className="figures mt-0.5 text-[13px] text-faint">
        {closedAt === null ? (
          <span className={isQuiet ? 'text-warn' : 'text-bad'}>
            {isQuiet
              ? text('incidents.quiet', { time: figures.duration((now - lastAt) / 1_000) })
              : text('incidents.open', { time: figures.duration(Math.max(0, now - openedAt) / 1_000) })}
          </span>
        ) : (
          text('incidents.over', { time: figures.duration((closedAt - openedAt) / 1_000) })
        )}
        {occurrences > 1 && ` · ${text('incidents.times', { count: occurrences })}`}
        {affected.length > 0 && ` · ${text('incidents.affected', { names: affected.join(', ') })}`}
      </p>
    </li>
  )
}
