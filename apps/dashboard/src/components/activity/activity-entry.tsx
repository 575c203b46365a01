'use client'

import type { TimelineView } from '@plugboard/protocol'
import Link from 'next/link'
import { useState, type ReactNode } from 'react'
import { classes } from '@/components/ui/class-names'
import { Icon } from '@/components/ui/icon'
import { Preformatted } from '@/components/ui/preformatted'
import { useFigures } from '@/format/use-figures'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'
import { pluginHref } from '@/navigation/plugin-href'
import type { ActivityRun } from './activity-runs'

const SIGNS: Record<TimelineView['severity'], { readonly sign: string; readonly ink: string }> = {
  info: { sign: '●', ink: 'text-faint' },
  warning: { sign: '◐', ink: 'text-warn' },
  bad: { sign: '▲', ink: 'text-bad' },
}

/** What happened, when, to what and by whom; its details unfold. */
export function ActivityEntry({
  run: { entry, times, since },
  nameOf = null,
  isMarked = false,
}: {
  readonly run: ActivityRun
  /** Of the plugin, where the entries are of several; null: they are of one. */
  readonly nameOf?: ((id: string) => string) | null
  /** It is the one that was looked for. */
  readonly isMarked?: boolean
}): ReactNode {
  const { at, kind, severity, actor, detail, pluginId } = entry
  const text = useText()
  const say = useSay()
  const figures = useFigures()
  const { sign, ink } = SIGNS[severity]
  const says = say.happening(entry)
  const [isOpen, setOpen] = useState(false)
  // The sentence of a state says all of it.
  const hasDetail = detail !== null && Object.keys(detail).length > 0 && typeof detail.state !== 'string'
  const head = (
    <>
      <time className="figures w-28 shrink-0 text-[13px] text-faint max-sm:w-16" title={figures.moment(at)}>
        {figures.when(at)}
      </time>
      <span aria-hidden className={ink}>
        {sign}
      </span>
      <span className="w-24 shrink-0 text-[13px] text-muted max-sm:hidden">{text(`history.kinds.${kind}`)}</span>
      <span className={classes('min-w-0 flex-1 wrap-anywhere', severity === 'bad' && 'text-bad')}>
        {nameOf && pluginId !== null && (
          <bdi className="mr-2 inline-block max-w-60 truncate align-bottom font-medium text-ink">
            <Link href={pluginHref(pluginId, 'history')} title={pluginId} className="hover:underline">
              {nameOf(pluginId)}
            </Link>
          </bdi>
        )}
        {says}
        {times > 1 && ' '}
        {times > 1 && (
          <span className="figures text-[13px] whitespace-nowrap text-muted" title={figures.moment(since)}>
            {text('activity.times', { times, since: figures.when(since) })}
          </span>
        )}
      </span>
      {actor && !says.includes(actor) && <bdi className="text-[13px] text-faint max-sm:hidden">{actor}</bdi>}
    </>
  )
  return (
    <li
      ref={isMarked ? scrollTo : undefined}
      data-walk={hasDetail ? undefined : true}
      tabIndex={hasDetail ? undefined : -1}
      className={classes('py-1.5', isMarked && '-mx-2 rounded-md bg-accent-soft px-2')}
    >
      <div className="flex items-baseline gap-3">
        {head}
        {hasDetail && (
          <button
            type="button"
            data-walk
            aria-expanded={isOpen}
            aria-label={`${text('history.detail')}: ${says}`}
            title={text('history.detail')}
            onClick={() => setOpen(!isOpen)}
            className="-my-1 flex size-7 shrink-0 items-center justify-center self-center rounded-md text-faint hover:bg-sunken hover:text-ink"
          >
            <Icon name="more" />
          </button>
        )}
      </div>
      {hasDetail && isOpen && <Preformatted title={text('history.detail')} body={JSON.stringify(detail, null, 2)} />}
    </li>
  )
}

function scrollTo(element: HTMLElement | null): void {
  element?.scrollIntoView({ block: 'center' })
}
