'use client'

import type { PluginView, UpdateView } from '@plugboard/protocol'
import { useEffect, useState, type ReactNode } from 'react'
import { Button, Spinner } from '@/components/ui/button'
import { classes } from '@/components/ui/class-names'
import { useAct } from '@/components/feedback/use-act'
import { useWhyNot } from '@/components/feedback/use-why-not'
import { useFigures } from '@/format/use-figures'
import { keep, readKept } from '@/hooks/storage'
import { useMay } from '@/live/use-live'
import { useServerClock } from '@/live/use-server-clock'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'
import { VersionMetrics } from './version-metrics'

/** How long the end of an update stays on the page, unless it is dismissed. */
const SHOWN_MS = { settled: 5 * 60_000, 'rolled-back': 60 * 60_000, failed: 60 * 60_000 }
const DISMISSED_KEY = 'plugboard.update'

/** An update that is under way: how far it is, how both versions do, and the two ways to end it. One that is over says why. */
export function UpdatePanel({ view, update }: { readonly view: PluginView; readonly update: UpdateView }): ReactNode {
  const text = useText()
  const say = useSay()
  const figures = useFigures()
  const now = useServerClock()
  const allowed = useMay('plugins.settleUpdate')
  const whyNot = useWhyNot('plugins.settleUpdate')
  const { pending, act } = useAct()
  const [dismissed, setDismissed] = useState<string | null>(null)
  useEffect(() => setDismissed(readKept('sessionStorage', DISMISSED_KEY)), [])
  const { from, to, phase, until, since, metrics, state } = update
  const shownMs = phase in SHOWN_MS ? SHOWN_MS[phase as keyof typeof SHOWN_MS] : null
  const isOver = shownMs !== null
  const isBad = phase === 'rolled-back' || phase === 'failed'
  const key = `${view.id} ${since}`
  if (isOver && (dismissed === key || now - since > shownMs)) return null
  const why = phase === 'watching' ? null : say.verdict(update)
  const dismiss = (): void => {
    keep('sessionStorage', DISMISSED_KEY, key)
    setDismissed(key)
  }
  // The panel itself says what became of it.
  const settle = (verdict: 'good' | 'bad'): void => {
    const says = { failed: text('versions.failed.settle'), as: verdict }
    void act('plugins.settleUpdate', { id: view.id, verdict }, says)
  }
  return (
    <section
      aria-label={text(`update.phase.${phase}`, { from, to })}
      className={classes(
        'min-w-0 rounded-lg border bg-surface px-4 py-3',
        isBad ? 'border-bad' : isOver ? 'border-line' : 'border-accent',
      )}
    >
      <div className="flex flex-wrap items-start gap-x-6 gap-y-3">
        <div className="min-w-0 flex-1 basis-80">
          <p role="status" className="flex items-center gap-2 font-semibold wrap-anywhere">
            <PhaseSign isOver={isOver} isBad={isBad} />
            {text(`update.phase.${phase}`, { from, to })}
          </p>
          {why !== null && <p className={classes('mt-1 wrap-anywhere', isBad ? 'text-bad' : 'text-muted')}>{why}</p>}
          {phase === 'preparing' && (
            <p className="mt-1 text-[13px] text-muted">{text('update.preparing', { from, to })}</p>
          )}
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
          <div className="flex min-w-0 flex-wrap gap-2">
            <Button
              look="primary"
              pending={pending === 'good'}
              disabled={!allowed || pending !== null}
              title={whyNot}
              onClick={() => settle('good')}
              className="max-w-full"
            >
              <Version>{text('update.keep', { version: to })}</Version>
            </Button>
            <Button
              pending={pending === 'bad'}
              disabled={!allowed || pending !== null}
              title={whyNot}
              onClick={() => settle('bad')}
              className="max-w-full"
            >
              <Version>{text('update.goBack', { version: from })}</Version>
            </Button>
          </div>
        )}
        {isOver && (
          <Button look="quiet" size="small" onClick={dismiss}>
            {text('update.dismiss')}
          </Button>
        )}
      </div>
      {metrics && phase !== 'settled' && <VersionMetrics from={from} to={to} metrics={metrics} />}
    </section>
  )
}

/** A version may be as long as a line. */
function Version({ children }: { readonly children: string }): ReactNode {
  return <span className="max-w-60 truncate">{children}</span>
}

function PhaseSign({ isOver, isBad }: { readonly isOver: boolean; readonly isBad: boolean }): ReactNode {
  if (!isOver) return <Spinner className="size-3.5 shrink-0 text-accent" />
  return (
    <span aria-hidden className={isBad ? 'text-bad' : 'text-good'}>
      {isBad ? '▲' : '✓'}
    </span>
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
