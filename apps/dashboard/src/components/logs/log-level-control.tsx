'use client'

import type { LogLevel } from '@plugboard/protocol'
import { useEffect, type ReactNode } from 'react'
import { ActingSelect } from '@/components/ui/acting-select'
import { useFigures } from '@/format/use-figures'
import { useClient } from '@/live/client-context'
import { useAct } from '@/components/feedback/use-act'
import { useAnswer } from '@/live/use-answer'
import { useMay } from '@/live/use-live'
import { useText } from '@/messages/use-text'
import { isAtLeast, LEVELS } from './levels'

/** What is stored of a plugin that nobody has changed; more than that ends by itself. */
const USUAL = 'info'
const MINUTES = 15
/** The clocks of both sides differ a little. */
const LATE_MS = 1_500

/**
 * Sets the level that is stored of a plugin's log. A level below `info` returns to the former one after 15 minutes.
 */
export function LogLevelControl({ id }: { readonly id: string }): ReactNode {
  const text = useText()
  const figures = useFigures()
  const allowed = useMay('logs.setLevel')
  const client = useClient()
  const { value: levels, reload } = useAnswer('logs.levels', {})
  const { pending, act } = useAct()
  const current = levels?.find((one) => one.id === id)
  const fallBackAt = current?.fallBack?.at
  useEffect(() => {
    if (fallBackAt === undefined) return
    const timer = setTimeout(reload, Math.max(0, fallBackAt - (client?.serverNow() ?? Date.now())) + LATE_MS)
    return () => clearTimeout(timer)
    // Anew after each answer: one that came too early says the same once more.
  }, [client, fallBackAt, reload, levels])
  if (!current) return null
  const { level, fallBack } = current
  const set = async (next: LogLevel): Promise<void> => {
    const input = { id, level: next, ...(!isAtLeast(next, USUAL) && { minutes: MINUTES }) }
    await act('logs.setLevel', input, { failed: text('logs.levelFailed') })
    reload()
  }
  return (
    <div className="flex flex-wrap items-center gap-2">
      {fallBack && (
        <span className="figures text-[13px] text-warn" title={figures.moment(fallBack.at)}>
          {text('logs.fallsBack', { level: fallBack.to, time: figures.when(fallBack.at) })}
        </span>
      )}
      <ActingSelect
        label={text('logs.keep')}
        value={level}
        disabled={!allowed}
        pending={pending !== null}
        options={LEVELS.map((value) => ({ value, label: text(`logs.keepFrom.${value}`) }))}
        onChange={(next) => void set(next)}
      />
    </div>
  )
}
