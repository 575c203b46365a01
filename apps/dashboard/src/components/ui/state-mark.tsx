'use client'

import type { PluginState } from '@plugboard/protocol'
import type { ReactNode } from 'react'
import { useText } from '@/messages/use-text'
import { Spinner } from './button'
import { classes } from './class-names'
import type { HealthLevel } from './health-level'

type ShownState = PluginState | 'recovering'

const INK: Record<ShownState, string> = {
  active: 'text-good',
  recovering: 'text-warn',
  error: 'text-bad',
  loaded: 'text-faint',
  unloaded: 'text-faint',
  loading: 'text-muted',
  initializing: 'text-muted',
  unloading: 'text-muted',
}

/** A state as shape, colour and word: never colour alone. One in error that is started again by itself is recovering. */
export function StateMark({
  state,
  recovering = false,
  className,
}: {
  readonly state: PluginState
  readonly recovering?: boolean
  readonly className?: string
}): ReactNode {
  const text = useText()
  const shown = state === 'error' && recovering ? 'recovering' : state
  return (
    <span className={classes('inline-flex items-center gap-1.5 font-medium whitespace-nowrap', INK[shown], className)}>
      <Shape state={shown} />
      {text(`state.${shown}`)}
    </span>
  )
}

function Shape({ state }: { readonly state: ShownState }): ReactNode {
  if (state === 'loading' || state === 'initializing' || state === 'unloading') return <Spinner className="size-3" />
  return (
    <svg viewBox="0 0 12 12" className="size-3 shrink-0" aria-hidden>
      {state === 'active' && <circle cx="6" cy="6" r="5" fill="currentColor" />}
      {state === 'recovering' && (
        <>
          <circle cx="6" cy="6" r="4.75" fill="none" stroke="currentColor" strokeWidth="1.5" />
          <path d="M6 1.25a4.75 4.75 0 0 1 0 9.5z" fill="currentColor" />
        </>
      )}
      {state === 'error' && <path d="M6 0.8 11.6 11H0.4z" fill="currentColor" />}
      {(state === 'loaded' || state === 'unloaded') && (
        <circle cx="6" cy="6" r="4.25" fill="none" stroke="currentColor" strokeWidth="1.5" />
      )}
    </svg>
  )
}

const HEALTH_INK: Record<HealthLevel, string> = {
  healthy: 'bg-good-soft text-good',
  warning: 'bg-warn-soft text-warn',
  unhealthy: 'bg-bad-soft text-bad',
  known: 'bg-sunken text-muted',
  off: 'bg-sunken text-muted',
  starting: 'bg-sunken text-muted',
}

export function HealthMark({ level }: { readonly level: HealthLevel }): ReactNode {
  const text = useText()
  return (
    <span
      className={classes(
        'inline-flex h-5 items-center rounded px-1.5 text-xs font-medium whitespace-nowrap',
        HEALTH_INK[level],
      )}
    >
      {text(`health.${level}`)}
    </span>
  )
}
