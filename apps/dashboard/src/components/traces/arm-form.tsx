'use client'

import type { TraceArming } from '@plugboard/protocol'
import { useState, type ReactNode } from 'react'
import { useAct } from '@/components/feedback/use-act'
import { useWhyNot } from '@/components/feedback/use-why-not'
import { Button } from '@/components/ui/button'
import { Panel } from '@/components/ui/panel'
import { SelectField } from '@/components/ui/select-field'
import { TextField } from '@/components/ui/text-field'
import { useFigures } from '@/format/use-figures'
import { useAnswer } from '@/live/use-answer'
import { useMay } from '@/live/use-live'
import { useServerClock } from '@/live/use-server-clock'
import { useText } from '@/messages/use-text'
import { useArm } from './use-arm'

const COUNTS = ['1', '10', '100'] as const
const LOOK_MS = 2_000

/** Asks for the next events of a topic pattern to be followed, and shows for which ones that was asked. */
export function ArmForm(): ReactNode {
  const text = useText()
  const allowed = useMay('traces.arm')
  const whyNot = useWhyNot('traces.arm')
  const { isPending, arm } = useArm()
  const [pattern, setPattern] = useState('')
  const [count, setCount] = useState<(typeof COUNTS)[number]>('10')
  const tick = useServerClock(LOOK_MS)
  const { value: armings, reload } = useAnswer('traces.armings', {}, Math.floor(tick / LOOK_MS))
  const follow = async (): Promise<void> => {
    if (!(await arm(pattern.trim(), Number(count)))) return
    setPattern('')
    reload()
  }
  return (
    <Panel title={text('traces.arm')} hint={text('traces.armHint')}>
      <form
        className="flex flex-wrap items-end gap-3 pt-1"
        onSubmit={(event) => {
          event.preventDefault()
          void follow()
        }}
      >
        <div className="min-w-0 flex-1 basis-52">
          <TextField
            label={text('events.type')}
            placeholder="vm.*"
            spellCheck={false}
            value={pattern}
            onChange={({ target }) => setPattern(target.value)}
          />
        </div>
        <SelectField
          label={text('traces.count')}
          className="w-20"
          value={count}
          options={COUNTS.map((value) => ({ value, label: value }))}
          onChange={setCount}
        />
        <Button
          type="submit"
          className="h-9"
          pending={isPending}
          disabled={!allowed || pattern.trim() === ''}
          title={whyNot}
        >
          {text('traces.follow')}
        </Button>
      </form>
      {armings && armings.length > 0 && (
        <ul aria-label={text('traces.armings')} className="mt-3 flex flex-col gap-1 border-t pt-3">
          {armings.map((arming) => (
            <Arming key={arming.pattern} arming={arming} onEnded={reload} />
          ))}
        </ul>
      )}
    </Panel>
  )
}

function Arming({
  arming: { pattern, remaining, until },
  onEnded,
}: {
  readonly arming: TraceArming
  readonly onEnded: () => void
}): ReactNode {
  const text = useText()
  const figures = useFigures()
  const allowed = useMay('traces.disarm')
  const whyNot = useWhyNot('traces.disarm')
  const { pending, act } = useAct()
  const end = async (): Promise<void> => {
    const ended = await act('traces.disarm', { pattern }, { failed: text('traces.disarmFailed', { pattern }) })
    if (ended !== undefined) onEnded()
  }
  return (
    <li className="flex flex-wrap items-center gap-x-3">
      <span className="min-w-0 truncate font-mono text-[13px] font-medium">{pattern}</span>
      <span className="figures text-[13px] text-muted">
        {text('traces.remaining', { count: remaining, time: figures.clockMinutes(until) })}
      </span>
      <Button
        size="small"
        look="quiet"
        className="ml-auto"
        pending={pending !== null}
        disabled={!allowed}
        title={whyNot}
        onClick={() => void end()}
      >
        {text('traces.disarm')}
      </Button>
    </li>
  )
}
