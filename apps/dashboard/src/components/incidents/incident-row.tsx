'use client'

import type { IncidentView } from '@plugboard/protocol'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { pluginHref } from '@/navigation/plugin-href'
import { useFigures } from '@/format/use-figures'
import { useServerClock } from '@/live/use-server-clock'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'

/** One incident: what, since when, how long, how often, and whom else it took down. */
export function IncidentRow({ incident }: { readonly incident: IncidentView }): ReactNode {
  const text = useText()
  const say = useSay()
  const figures = useFigures()
  const { pluginId, error, openedAt, closedAt, occurrences, affected } = incident
  const message = say.error(error)
  return (
    <li className="py-2.5">
      <div className="flex flex-wrap items-baseline gap-x-3">
        <span aria-hidden className={closedAt === null ? 'text-bad' : 'text-faint'}>
          {closedAt === null ? '▲' : '✓'}
        </span>
        <Link href={pluginHref(pluginId, 'history')} className="font-medium hover:underline">
          {pluginId}
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
          <OpenFor since={openedAt} />
        ) : (
          text('incidents.over', { time: figures.duration((closedAt - openedAt) / 1_000) })
        )}
        {occurrences > 1 && ` · ${text('incidents.times', { count: occurrences })}`}
        {affected.length > 0 && ` · ${text('incidents.affected', { names: affected.join(', ') })}`}
      </p>
    </li>
  )
}

function OpenFor({ since }: { readonly since: number }): ReactNode {
  const text = useText()
  const figures = useFigures()
  const now = useServerClock()
  return (
    <span className="text-bad">
      {text('incidents.open', { time: figures.duration(Math.max(0, now - since) / 1_000) })}
    </span>
  )
}
