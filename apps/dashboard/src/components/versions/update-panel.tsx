'use client'

import type { PluginView, UpdateView } from '@plugboard/protocol'
import { useState, type ReactNode } from 'react'
import { Button, Spinner } from '@/components/ui/button'
import { classes } from '@/components/ui/class-names'
import { useAct } from '@/components/feedback/use-act'
import { useWhyNot } from '@/components/feedback/use-why-not'
import { useFigures } from '@/format/use-figures'
import { useMay } from '@/live/use-live'
import { useServerClock } from '@/live/use-server-clock'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'
import { VersionMetrics } from './version-metrics'

/** How long a bad end of an update stays on the page, unless it is dismissed. */
const SHOWN_MS = 60 * 60_000

/** An update that is under way: how far it is, how both versions do, and the two ways to end it. One that ended badly says why. */
export function UpdatePanel({ view, update }: { readonly view: PluginView; readonly update: UpdateView }): ReactNode {
  const text = useText()
  const say = useSay()
  const figures = useFigures()
  const now = useServerClock()
  const allowed = useMay('plugins.settleUpdate')
  const whyNot = useWhyNot('plugins.settleUpdate')
  const { pending, act } = useAct()
  const [dismissed, setDismissed] = useState<number | null>(null)
  const { from, to, phase, until, since, metrics, state } = update
  const isOver = phase === 'rolled-back' || phase === 'failed'
  if (phase === 'settled' || (isOver && (dismissed === since || now - since > SHOWN_MS))) return null
  const why = phase === 'watching' ? null : say.verdict(update)
  const settle = (verdict: 'good' | 'bad'): void => {
    const done =
      verdict === 'good'
        ? text('versions.done.kept', { name: view.name, version: to })
        : text('versions.done.back', { name: view.name, version: from })
    void act(
      'plugins.settleUpdate',
      { id: view.id, verdict },
      { failed: text('versions.failed.settle'), done, as: verdict },
    )
  }
  return (
    <section
      aria-label={text(`update.phase.${phase}`, { from, to })}
      className={classes('rounded-lg border bg-surface px-4 py-3', isOver ? 'border-bad' : 'border-accent')}
    >
      <div className="flex flex-wrap items-start gap-x-6 gap-y-3">
        <div className="min-w-0 flex-1 basis-80">
          <p role="status" className="flex items-center gap-2 font-semibold">
            {isOver ? (
              <span aria-hidden className="text-bad">
                ▲
              </span>
            ) : (
              <Spinner className="size-3.5 text-accent" />
            )}
            {text(`update.phase.${phase}`, { from, to })}
          </p>
          {why !== null && <p className="mt-1 wrap-anywhere text-bad">{why}</p>}
          {phase === 'watching' && (
            <>
              <p className="figures mt-1 flex flex-wrap gap-x-3 text-[13px] text-muted">
                {until !== null && (
                  <span title={figures.moment(until)}>
                    {text('update.left', { time: figures.duration(Math.max(0, until - now) / 1_000) })}
                  </span>
                )}
                <span>
                  {text(update.strategy === 'restart' ? 'update.comesBack' : 'update.standsBy', { from, to })}
                </span>
                {state === 'dropped' && <span className="text-warn">{text('update.stateDropped')}</span>}
              </p>
              <Elapsed share={until === null ? 0 : (now - since) / (until - since)} />
            </>
          )}
        </div>
        {phase === 'watching' && (
          <div className="flex flex-wrap gap-2">
            <Button
              look="primary"
              pending={pending === 'good'}
              disabled={!allowed || pending !== null}
              title={whyNot}
              onClick={() => settle('good')}
            >
              {text('update.keep', { version: to })}
            </Button>
            <Button
              pending={pending === 'bad'}
              disabled={!allowed || pending !== null}
              title={whyNot}
              onClick={() => settle('bad')}
            >
              {text('update.goBack', { version: from })}
            </Button>
          </div>
        )}
        {isOver && (
          <Button look="quiet" size="small" onClick={() => setDismissed(since)}>
            {text('update.dismiss')}
          </Button>
        )}
      </div>
      {metrics && <VersionMetrics from={from} to={to} metrics={metrics} />}
    </section>
  )
}

/** How much of the time is over. */
function Elapsed({ share }: { readonly share: number }): ReactNode {
  return (
    <div aria-hidden className="mt-2 h-1 overflow-hidden rounded-full bg-sunken">
      <div className="h-full rounded-full bg-accent" style={{ width: `${Math.min(1, Math.max(0, share)) * 100}%` }} />
    </div>
  )
}
