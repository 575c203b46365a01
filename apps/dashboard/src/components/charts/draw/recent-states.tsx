'use client'

import type { StateHistory } from '@plugboard/protocol'
import type { ReactNode } from 'react'
import { StateMark } from '@/components/ui/state-mark'
import { useFigures } from '@/format/use-figures'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'

const SHOWN = 4
/** What passes by on the way from one state to the next. */
const PASSING: readonly string[] = ['loading', 'initializing', 'unloading']

/** The last changes of state, newest first, each with why. */
export function RecentStates({ history }: { readonly history: StateHistory }): ReactNode {
  const figures = useFigures()
  const say = useSay()
  const text = useText()
  const shown = history
    .filter(({ state }, index) => index === history.length - 1 || !PASSING.includes(state))
    .slice(-SHOWN)
  return (
    <ul className="mt-1 flex min-h-0 flex-col gap-1 overflow-hidden">
      {shown.toReversed().map(({ at, state, error }) => (
        <li key={`${at}-${state}`} className="flex items-center gap-3">
          <time className="figures text-[13px] text-faint" title={figures.moment(at)}>
            {figures.when(at)}
          </time>
          {/* A plugin that is shown is loaded: between two runs it was its server that did not run. */}
          {state === 'unloaded' ? (
            <span className="text-[13px] text-muted">{text('plugin.serverOff')}</span>
          ) : (
            <StateMark state={state} className="w-20 text-[13px]" />
          )}
          <span className="min-w-0 truncate text-[13px] text-muted" title={error ? say.error(error) : undefined}>
            {error && say.error(error)}
          </span>
        </li>
      ))}
    </ul>
  )
}
