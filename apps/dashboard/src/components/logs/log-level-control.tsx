'use client'

import type { LogLevel } from '@plugboard/protocol'
import { useEffect, useState, type ReactNode } from 'react'
import { SelectField } from '@/components/ui/select-field'
import { useToast } from '@/components/ui/toasts'
import { useFigures } from '@/format/use-figures'
import { useAnswer } from '@/live/use-answer'
import { useMay } from '@/live/use-live'
import { asClientError, useOperation } from '@/live/use-operation'
import { useText } from '@/messages/use-text'

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']
/** More talk than usual ends by itself. */
const MINUTES = 15
/** The clocks of both sides differ a little. */
const LATE_MS = 1_500

/** What is kept of a plugin's log from now on; what is more than before falls back by itself. */
export function LogLevelControl({ id }: { readonly id: string }): ReactNode {
  const text = useText()
  const figures = useFigures()
  const toast = useToast()
  const call = useOperation()
  const allowed = useMay('logs.setLevel')
  const levels = useAnswer('logs.levels', {})
  const [pending, setPending] = useState(false)
  const current = levels.value?.find((one) => one.id === id)
  const fallBackAt = current?.fallBack?.at
  const { reload } = levels
  useEffect(() => {
    if (fallBackAt === undefined) return
    const timer = setTimeout(reload, Math.max(0, fallBackAt - Date.now()) + LATE_MS)
    return () => clearTimeout(timer)
  }, [fallBackAt, reload])
  if (!current) return null
  const { level, fallBack } = current
  const set = async (next: LogLevel): Promise<void> => {
    setPending(true)
    try {
      const isMore = LEVELS.indexOf(next) < LEVELS.indexOf(level)
      await call('logs.setLevel', { id, level: next, ...(isMore && { minutes: MINUTES }) })
      levels.reload()
    } catch (thrown) {
      toast({ kind: 'bad', title: text('logs.levelFailed'), description: asClientError(thrown).message })
    } finally {
      setPending(false)
    }
  }
  return (
    <div className="flex flex-wrap items-center gap-2">
      {fallBack && (
        <span className="figures text-[13px] text-warn" title={figures.moment(fallBack.at)}>
          {text('logs.fallsBack', { level: fallBack.to, time: figures.clock(fallBack.at) })}
        </span>
      )}
      <SelectField
        label={text('logs.keep')}
        hideLabel
        value={level}
        disabled={!allowed || pending}
        options={LEVELS.map((value) => ({ value, label: text(`logs.keepFrom.${value}`) }))}
        onChange={(next) => void set(next)}
      />
    </div>
  )
}
