'use client'

import type { ReactNode } from 'react'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { useMay, useTopic } from '@/live/use-live'
import { useText } from '@/messages/use-text'
import { PlanSteps } from './plan-steps'
import { queuedEvents } from './queued-events'
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
  const allowed = useMay(`plugins.${action}`)
  const others = stepsOnOthers({ steps: [...steps] }, id)
  const queued = queuedEvents(useTopic('board').state, { id, action })
  const description = [
    ...(action === 'unload' ? [text('action.unloadExplains')] : []),
    ...(queued > 0 ? [text('action.queueLost', { count: queued })] : []),
    ...(action !== 'unload' && others.length > 0 ? [text('action.touchesOthers', { count: others.length })] : []),
  ].join(' ')
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
      {others.length > 0 && <PlanSteps steps={steps} isOther={(step) => step.id !== id} />}
    </ConfirmDialog>
  )
}
