'use client'

import type { PluginState, StateHistory } from '@plugboard/protocol'
import { memo, useMemo, type ReactNode } from 'react'
import { useFigures } from '@/format/use-figures'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'
import { activeShare, stateSpans } from '@/components/charts/data/state-spans'
import { timeFormat } from './ticks'

const FILLS: Record<PluginState, string> = {
  active: 'var(--color-good)',
  error: 'var(--color-bad)',
  loaded: 'var(--color-line-strong)',
  unloaded: 'transparent',
  loading: 'var(--color-warn)',
  initializing: 'var(--color-warn)',
  unloading: 'var(--color-warn)',
}

const DAY_MS = 86_400_000
/** A short state, such as a restart, stays visible. */
const LEAST_WIDTH = 0.004

/** The ends of a strip's time. */
export function TimeScale({ from, to }: { readonly from: number; readonly to: number }): ReactNode {
  const figures = useFigures()
  // The ends of a whole day are the same by the clock.
  const write = to - from === DAY_MS ? figures.date : timeFormat({ from, to }, figures)
  return (
    <p className="figures mr-19 flex justify-between text-xs text-faint">
      <span>{write(from)}</span>
      <span>{write(to)}</span>
    </p>
  )
}

/** One plugin's states over time as a strip. Error is taller than the rest: not told by colour alone. */
export const StateStrip = memo(function StateStrip({
  history,
  from,
  to,
  now,
  label,
}: {
  readonly history: StateHistory
  readonly from: number
  readonly to: number
  /** The server's clock: a state lasts no longer than until now. */
  readonly now: number
  readonly label: string
}): ReactNode {
  const text = useText()
  const say = useSay()
  const figures = useFigures()
  const spans = useMemo(() => stateSpans(history, { from, to, now }), [history, from, to, now])
  const share = activeShare(spans)
  const current = spans.at(-1)
  return (
    <div className="flex items-center gap-3">
      <svg
        viewBox="0 0 1000 20"
        preserveAspectRatio="none"
        className="h-5 min-w-0 flex-1 rounded bg-sunken"
        role="img"
        aria-label={
          current
            ? `${label}: ${text(`state.${current.state}`)}, ${figures.percent(share)}`
            : `${label}: ${text('charts.noData')}`
        }
      >
        {spans.map(({ state, start, width, from: since, until, error }) => (
          <rect
            key={`${since}-${state}`}
            x={start * 1000}
            width={Math.max(width, LEAST_WIDTH) * 1000}
            y={state === 'error' ? 0 : 4}
            height={state === 'error' ? 20 : 12}
            fill={FILLS[state]}
          >
            <title>
              {[
                text(`state.${state}`),
                `${text('charts.since', { time: figures.when(since) })} ${until === null ? text('charts.now') : text('charts.until', { time: figures.when(until) })}`,
                error && say.error(error),
              ]
                .filter(Boolean)
                .join('\n')}
            </title>
          </rect>
        ))}
      </svg>
      <span className="figures w-16 shrink-0 text-right text-[13px] text-muted">{figures.percent(share)}</span>
    </div>
  )
})
