'use client'

import type { BoardRow, LetterGroupView } from '@plugboard/protocol'
import Link from 'next/link'
import { useState, type ReactNode } from 'react'
import { ActionButton } from '@/components/actions/action-button'
import { useAct } from '@/components/feedback/use-act'
import { useWhyNot } from '@/components/feedback/use-why-not'
import { Button } from '@/components/ui/button'
import { SelectField } from '@/components/ui/select-field'
import { useMay } from '@/live/use-live'
import { useText } from '@/messages/use-text'
import { pluginHref } from '@/navigation/plugin-href'
import { useDiscard } from './use-discard'
import { useReplayReport } from './use-replay-report'

/** Events per second; null: as fast as the plugin handles them. */
const RATES = { any: null, '1': 1, '10': 10, '100': 100 } as const
type Rate = keyof typeof RATES

/** What can be done with all letters of one cause: try the newest, and when that was handled the rest. */
export function GroupActions({
  group: { pluginId: id, key, letters },
  plugin,
  onChange,
}: {
  readonly group: LetterGroupView
  readonly plugin: BoardRow | undefined
  readonly onChange: () => void
}): ReactNode {
  const text = useText()
  const allowed = useMay('deadLetters.replayMany')
  const whyNot = useWhyNot('deadLetters.replayMany')
  const report = useReplayReport()
  const { pending, act } = useAct()
  const { isPending: isDiscarding, discard } = useDiscard(onChange)
  const [rate, setRate] = useState<Rate>('any')
  /** One of them was handled by now: the rest is likely to be. */
  const [hasPassed, setPassed] = useState(false)
  const isActive = plugin?.state === 'active'
  const isOff = !allowed || !isActive
  const why = whyNot ?? (isActive ? undefined : text('deadLetters.needsActive'))
  const replayOne = async (): Promise<void> => {
    const says = { failed: text('deadLetters.failed.replay'), as: 'one' }
    const newest = await act('deadLetters.list', { id, group: key, limit: 1 }, says)
    const letterId = newest?.[0]?.id
    if (letterId === undefined) return onChange()
    const answer = await act('deadLetters.replay', { id, letterId }, says)
    if (!answer) return
    setPassed(answer.handled > 0 && answer.failed === 0)
    report(answer)
    onChange()
  }
  const replayRest = async (): Promise<void> => {
    const perSecond = RATES[rate]
    const answer = await act(
      'deadLetters.replayMany',
      { id, group: key, ...(perSecond !== null && { perSecond }) },
      { failed: text('deadLetters.failed.replay'), as: 'rest' },
    )
    if (!answer) return
    report(answer)
    onChange()
  }
  return (
    <div className="flex flex-wrap items-center gap-2">
      {letters > 1 && (
        <Button
          look={hasPassed || isOff ? 'plain' : 'primary'}
          pending={pending === 'one'}
          disabled={isOff || pending !== null}
          title={why}
          onClick={() => void replayOne()}
        >
          {text('deadLetters.replayOne')}
        </Button>
      )}
      <Button
        look={(hasPassed || letters === 1) && !isOff ? 'primary' : 'plain'}
        pending={pending === 'rest'}
        disabled={isOff || pending !== null}
        title={why}
        onClick={() => void replayRest()}
      >
        {letters === 1 ? text('deadLetters.replay') : text('deadLetters.replayAll', { count: letters })}
      </Button>
      {letters > 1 && (
        <SelectField
          label={text('deadLetters.rate.label')}
          hideLabel
          value={rate}
          options={(Object.keys(RATES) as Rate[]).map((value) => ({
            value,
            label:
              value === 'any'
                ? text('deadLetters.rate.any')
                : text('deadLetters.rate.perSecond', { count: RATES[value] }),
          }))}
          onChange={setRate}
        />
      )}
      <Button
        look="quiet"
        pending={isDiscarding}
        disabled={!allowed || pending !== null}
        title={whyNot}
        onClick={() => void discard({ id, group: key })}
      >
        {letters === 1 ? text('deadLetters.discard') : text('deadLetters.discardAll', { count: letters })}
      </Button>
      {plugin && !isActive && (
        <span className="flex flex-wrap items-center gap-2 text-[13px] text-muted">
          {text('deadLetters.needsActive')}
          <ActionButton action={plugin.enabled ? 'restart' : 'enable'} plugin={plugin} />
        </span>
      )}
      <Link
        href={pluginHref(id, 'logs')}
        className="px-1 text-[13px] font-medium text-accent underline underline-offset-4 sm:ml-auto"
      >
        {text('deadLetters.logs', { name: plugin?.name ?? id })}
      </Link>
    </div>
  )
}
