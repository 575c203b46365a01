'use client'

import type { ReactNode } from 'react'
import { Button, type ButtonProps } from '@/components/ui/button'
import { useMay } from '@/live/use-live'
import { useWhyNot } from '@/components/feedback/use-why-not'
import { useText } from '@/messages/use-text'
import { useActions } from './actions-provider'
import { isOffered, type ActionTarget, type PluginAction } from './plugin-action'

/** One action on one plugin. */
export function ActionButton({
  action,
  plugin,
  label,
  ...rest
}: {
  readonly action: PluginAction
  readonly plugin: ActionTarget
  /** Where the name of the action would say too little. */
  readonly label?: string
} & Pick<ButtonProps, 'look' | 'size'>): ReactNode {
  const text = useText()
  const shown = label ?? text(`action.${action}`)
  const allowed = useMay(`plugins.${action}`)
  const whyNot = useWhyNot(`plugins.${action}`)
  const { pending, act } = useActions()
  return (
    <Button
      {...rest}
      aria-label={`${shown} ${plugin.name}`}
      title={whyNot}
      pending={pending.get(plugin.id) === action}
      disabled={!allowed}
      idle={pending.has(plugin.id)}
      onClick={() => void act(action, plugin)}
    >
      {shown}
    </Button>
  )
}

/** All that can be done to a plugin, for its page. */
export function PluginActions({ plugin }: { readonly plugin: ActionTarget }): ReactNode {
  const text = useText()
  const mayAct = useMay('plugins.enable')
  const mayUnload = useMay('plugins.unload')
  const whyNotAct = useWhyNot('plugins.enable')
  const whyNotUnload = useWhyNot('plugins.unload')
  const { pending, act } = useActions()
  const current = pending.get(plugin.id)
  return (
    <div className="flex flex-wrap items-center gap-2">
      {(['enable', 'disable', 'restart'] as const).map((action) => (
        <Button
          key={action}
          look={action === 'enable' && plugin.state === 'loaded' ? 'primary' : 'plain'}
          pending={current === action}
          disabled={!mayAct}
          idle={current !== undefined || !isOffered(action, plugin)}
          title={whyNotAct ?? (isOffered(action, plugin) ? undefined : text(`action.notNow.${action}`))}
          onClick={() => void act(action, plugin)}
        >
          {text(`action.${action}`)}
        </Button>
      ))}
      <Button
        look="quiet"
        pending={current === 'unload'}
        disabled={!mayUnload}
        idle={current !== undefined}
        title={whyNotUnload}
        onClick={() => void act('unload', plugin)}
      >
        {text('action.unload')}…
      </Button>
    </div>
  )
}
