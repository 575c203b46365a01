'use client'

import type { PluginView, RestartPolicy } from '@plugboard/protocol'
import type { ReactNode } from 'react'
import { ActingSelect } from '@/components/ui/acting-select'
import { useAct } from '@/components/feedback/use-act'
import { useMay } from '@/live/use-live'
import { useText } from '@/messages/use-text'

const POLICIES: readonly RestartPolicy[] = ['never', 'on-crash', 'always']

/** When a plugin is started again by itself, from its next failure on. */
export function RestartPolicySelect({ view: { id, restartPolicy } }: { readonly view: PluginView }): ReactNode {
  const text = useText()
  const allowed = useMay('plugins.setRestartPolicy')
  const { pending, act } = useAct()
  return (
    <ActingSelect
      label={text('plugin.restartPolicy')}
      value={restartPolicy}
      disabled={!allowed}
      pending={pending !== null}
      options={POLICIES.map((value) => ({ value, label: text(`plugin.policy.${value}`) }))}
      onChange={(policy) =>
        void act('plugins.setRestartPolicy', { id, policy }, { failed: text('plugin.policyFailed') })
      }
    />
  )
}
