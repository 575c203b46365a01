'use client'

import type { PluginState } from '@plugboard/protocol'
import { useState, type ReactNode } from 'react'
import { Button, type ButtonProps } from '@/components/ui/button'
import { useToast } from '@/components/ui/toasts'
import { useMay } from '@/live/use-live'
import { asClientError, useOperation } from '@/live/use-operation'
import { useText } from '@/messages/use-text'
import { UnloadDialog } from './unload-dialog'

export type PluginAction = 'enable' | 'disable' | 'restart'

export interface ActionTarget {
  readonly id: string
  readonly name: string
  readonly state: PluginState
  readonly enabled: boolean
}

/** Which buttons make sense now. An action that would change nothing is not offered. */
export function isOffered(action: PluginAction, { state }: ActionTarget): boolean {
  if (action === 'enable') return state === 'loaded'
  if (action === 'disable') return state === 'active' || state === 'error' || state === 'initializing'
  return state === 'active' || state === 'error'
}

/** Runs an action on a plugin: pending at once, then the truth in a toast. */
function usePluginAction({ id, name }: ActionTarget): {
  pending: PluginAction | null
  run: (action: PluginAction) => Promise<void>
} {
  const text = useText()
  const toast = useToast()
  const call = useOperation()
  const [pending, setPending] = useState<PluginAction | null>(null)
  return {
    pending,
    run: async (action) => {
      setPending(action)
      try {
        await call(`plugins.${action}`, { id })
        toast({ kind: 'good', title: text(`action.done.${action}`, { name }) })
      } catch (thrown) {
        toast({
          kind: 'bad',
          title: text(`action.failed.${action}`, { name }),
          description: asClientError(thrown).message,
        })
      } finally {
        setPending(null)
      }
    },
  }
}

export function ActionButton({
  action,
  plugin,
  ...rest
}: { readonly action: PluginAction; readonly plugin: ActionTarget } & Pick<ButtonProps, 'look' | 'size'>): ReactNode {
  const text = useText()
  const allowed = useMay(`plugins.${action}`)
  const { pending, run } = usePluginAction(plugin)
  return (
    <Button
      {...rest}
      aria-label={`${text(`action.${action}`)} ${plugin.name}`}
      pending={pending === action}
      disabled={!allowed}
      onClick={() => void run(action)}
    >
      {text(`action.${action}`)}
    </Button>
  )
}

/** All that can be done to a plugin, for its page. */
export function PluginActions({ plugin }: { readonly plugin: ActionTarget }): ReactNode {
  const text = useText()
  const mayAct = useMay('plugins.enable')
  const mayUnload = useMay('plugins.unload')
  const { pending, run } = usePluginAction(plugin)
  const [unloading, setUnloading] = useState(false)
  const actions: readonly PluginAction[] = ['enable', 'disable', 'restart']
  return (
    <div className="flex flex-wrap items-center gap-2">
      {actions.map((action) => (
        <Button
          key={action}
          look={action === 'enable' && plugin.state === 'loaded' ? 'primary' : 'plain'}
          pending={pending === action}
          disabled={!mayAct || pending !== null || !isOffered(action, plugin)}
          onClick={() => void run(action)}
        >
          {text(`action.${action}`)}
        </Button>
      ))}
      <Button look="quiet" disabled={!mayUnload || pending !== null} onClick={() => setUnloading(true)}>
        {text('action.unload')}…
      </Button>
      {unloading && <UnloadDialog plugin={plugin} onClose={() => setUnloading(false)} />}
    </div>
  )
}
