'use client'

import type { PluginView } from '@plugboard/protocol'
import Link from 'next/link'
import { useEffect, useRef, type ReactNode } from 'react'
import { PluginActions } from '@/components/actions/action-button'
import { SilenceButton } from '@/components/silences/silence-button'
import { SilenceNote } from '@/components/silences/silence-note'
import { classes } from '@/components/ui/class-names'
import { healthLevel } from '@/components/ui/health-level'
import { HealthMark, StateMark } from '@/components/ui/state-mark'
import { useFigures } from '@/format/use-figures'
import { usePluginRow } from '@/live/use-plugin-row'
import { useServerClock } from '@/live/use-server-clock'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'
import { listHref } from '@/navigation/list-href'
import { lastOpened } from '@/navigation/opened-row'
import { DisabledNote } from './disabled-note'
import { NextTry } from './next-try'
import { ReasonRepairs } from './repair-buttons'

export function PluginHeader({ view }: { readonly view: PluginView }): ReactNode {
  const text = useText()
  const say = useSay()
  const figures = useFigures()
  const now = useServerClock()
  const heading = useRef<HTMLHeadingElement>(null)
  // The row that had the focus is gone with the list.
  useEffect(() => {
    if (lastOpened() === view.id && document.activeElement === document.body) heading.current?.focus()
  }, [view.id])
  const row = usePluginRow(view.id)
  const [reason] = view.health.reasons
  const level = healthLevel({
    ...view,
    isHealthy: view.health.isHealthy,
    reasonLevel: reason?.level ?? null,
    silencedUntil: row?.silencedUntil ?? null,
  })
  return (
    <header className="flex flex-wrap items-start gap-x-6 gap-y-3">
      <div className="min-w-0 flex-1 basis-96">
        <Link href={listHref()} className="text-[13px] text-muted hover:text-ink">
          ← {text('plugin.back')}
        </Link>
        <div className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1">
          <h1
            ref={heading}
            tabIndex={-1}
            className="line-clamp-2 min-w-0 text-lg font-semibold wrap-anywhere outline-none"
          >
            <bdi>{view.name}</bdi>
          </h1>
          <span role="status" className="flex items-center gap-3">
            <StateMark state={view.state} recovering={view.nextRestartAt !== null} />
            <HealthMark level={level} />
          </span>
          {view.nextRestartAt !== null && <NextTry at={view.nextRestartAt} />}
        </div>
        <p className="figures mt-1 flex flex-wrap gap-x-3 text-[13px] text-muted">
          <span className="font-mono">{view.id}</span>
          <span className="min-w-0 wrap-anywhere">{text('plugin.version', { version: view.version })}</span>
          <span>{text(`plugin.${view.isolation}`)}</span>
          {view.activeSince !== null && (
            <span title={figures.moment(view.activeSince)}>
              {text('plugin.uptime', { time: figures.duration((now - view.activeSince) / 1_000) })}
            </span>
          )}
          {!view.enabled && <span>{text('plugin.disabled')}</span>}
        </p>
      </div>
      {/* Over the whole width: with less of it, what is below would move when one reason gives way to another. */}
      <div className="-mt-2 flex basis-full flex-col gap-1 empty:hidden sm:order-last">
        {!view.enabled && <DisabledNote id={view.id} />}
        {row && <SilenceNote row={row} />}
        {view.health.reasons.map((one, index) => (
          <div key={`${index} ${one.code}`} className="flex flex-wrap items-center gap-x-4 gap-y-1">
            <p
              className={classes(
                'wrap-anywhere',
                level === 'known' ? 'text-muted' : one.level === 'bad' ? 'text-bad' : 'text-warn',
              )}
            >
              {say.reason(one)}
            </p>
            {index === 0 && <ReasonRepairs reason={one} plugin={view} skip="restart" />}
          </div>
        ))}
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <PluginActions plugin={view} />
        {row && <SilenceButton row={row} />}
      </div>
    </header>
  )
}
