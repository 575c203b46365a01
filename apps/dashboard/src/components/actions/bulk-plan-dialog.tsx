'use client'

import type { BulkPlanView } from '@plugboard/protocol'
import { useState, type ReactNode } from 'react'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { TextField } from '@/components/ui/text-field'
import { useMay } from '@/live/use-live'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'
import { NamedPlugin } from './named-plugin'
import { PlanSteps } from './plan-steps'
import type { BulkAction } from './use-bulk'

/** An action on more plugins than these asks for their number. */
const MAX_UNTYPED = 10

/** Asks before an action on several plugins: names each that changes, with those that nobody selected. */
export function BulkPlanDialog({
  action,
  selected,
  plan: { steps, refused },
  onClose,
  onConfirm,
}: {
  readonly action: BulkAction
  readonly selected: readonly string[]
  readonly plan: BulkPlanView
  readonly onClose: () => void
  readonly onConfirm: () => void
}): ReactNode {
  const text = useText()
  const say = useSay()
  const allowed = useMay('plugins.bulk')
  const [typed, setTyped] = useState('')
  const wanted = new Set(selected)
  const others = steps.filter(({ id }) => !wanted.has(id)).length
  const unchanged = selected.length - refused.length - (steps.length - others)
  const mustType = steps.length > MAX_UNTYPED
  const notes = [
    ...(others > 0 ? [text('bulk.affects', { count: others })] : []),
    ...(unchanged > 0 ? [text('bulk.unchanged', { count: unchanged })] : []),
  ]
  return (
    <ConfirmDialog
      title={text(`bulk.confirm.${action}`, { count: steps.length })}
      {...(notes.length > 0 && { description: notes.join(' ') })}
      action={text(`action.${action}`)}
      look={action === 'disable' ? 'danger' : 'primary'}
      disabled={!allowed || (mustType && typed.trim() !== String(steps.length))}
      onClose={onClose}
      onConfirm={onConfirm}
    >
      <PlanSteps steps={steps} isOther={({ id }) => !wanted.has(id)} />
      {refused.length > 0 && (
        <ul aria-label={text('bulk.refused')} className="mb-5 text-[13px] text-bad">
          {refused.map(({ id, error }) => (
            <li key={id} className="wrap-anywhere">
              <NamedPlugin id={id} /> · {say.error(error)}
            </li>
          ))}
        </ul>
      )}
      {mustType && (
        <div className="mb-5">
          <TextField
            label={text('bulk.type', { count: String(steps.length) })}
            value={typed}
            inputMode="numeric"
            autoComplete="off"
            onChange={({ target }) => setTyped(target.value)}
          />
        </div>
      )}
    </ConfirmDialog>
  )
}
