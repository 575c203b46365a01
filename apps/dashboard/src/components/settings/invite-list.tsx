'use client'

import type { InviteView } from '@plugboard/protocol'
import type { ReactNode } from 'react'
import { useAct } from '@/components/feedback/use-act'
import { Button } from '@/components/ui/button'
import { useFigures } from '@/format/use-figures'
import { useMay } from '@/live/use-live'
import { useText } from '@/messages/use-text'

/** Invites that nobody has used yet. */
export function InviteList({
  invites,
  onChanged,
}: {
  readonly invites: readonly InviteView[]
  readonly onChanged: () => void
}): ReactNode {
  const text = useText()
  const figures = useFigures()
  const allowed = useMay('invites.revoke')
  const { pending, act } = useAct()
  const revoke = async (id: string): Promise<void> => {
    await act('invites.revoke', { id }, { failed: text('people.failed'), done: text('invites.revoked'), as: id })
    onChanged()
  }
  return (
    <ul aria-label={text('invites.open')} className="divide-y border-t">
      {invites.map(({ id, role, createdBy, expiresAt }) => (
        <li key={id} className="flex flex-wrap items-center gap-x-3 gap-y-2 py-3">
          <div className="min-w-0 flex-1 basis-56">
            <p className="font-medium">{text('invites.as', { role: text(`role.${role}`) })}</p>
            <p className="figures truncate text-[13px] text-muted">
              {text('invites.by', { actor: createdBy, time: figures.when(expiresAt) })}
            </p>
          </div>
          <Button
            size="small"
            look="quiet"
            pending={pending === id}
            disabled={!allowed}
            onClick={() => void revoke(id)}
          >
            {text('tokens.revoke')}
          </Button>
        </li>
      ))}
    </ul>
  )
}
