'use client'

import type { ReactNode } from 'react'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { useMay } from '@/live/use-live'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'
import { stepsOnOthers, type ActionTarget, type PluginAction, type Step } from './plugin-action'

/** Asks once, and names what else is touched, in order, each with its reason: the plan comes from the server. */
export function PlanDialog({
  action,
  target: { id, name },
  steps,
  onClose,
  onConfirm,
}: {
  /** A restart never asks. */
  readonly action: Exclude<PluginAction, 'restart'>
  readonly target: ActionTarget
  readonly steps: readonly Step[]
  readonly onClose: () => void
  readonly onConfirm: () => void
}): ReactNode {
  const text = useText()
  const say = useSay()
  const allowed = useMay(`plugins.${action}`)
  const others = stepsOnOthers({ steps: [...steps] }, id)
  const description =
    action === 'unload' ? text('action.unloadExplains') : text('action.touchesOthers', { count: others.length })
  return (
    <ConfirmDialog
      title={text(`action.confirm.${action}`, { name })}
      description={description}
      action={text(`action.${action}`)}
      look={action === 'enable' ? 'primary' : 'danger'}
      disabled={!allowed}
      onClose={onClose}
      onConfirm={onConfirm}
    >
      {others.length > 0 && (
        <ol aria-label={text('action.plan')} className="mb-5 divide-y rounded-lg border">
          {steps.map((step) => (
            <li key={`${step.action}-${step.id}`} className="flex gap-3 px-4 py-2">
              <span className={step.id === id ? 'w-24 shrink-0 font-medium' : 'w-24 shrink-0 font-medium text-warn'}>
                {text(`action.step.${step.action}`)}
              </span>
              <span className="min-w-0">
                <span className="block font-mono text-[13px]">{step.id}</span>
                <span className="block text-[13px] text-muted">{say.step(step)}</span>
              </span>
            </li>
          ))}
        </ol>
      )}
    </ConfirmDialog>
  )
}
