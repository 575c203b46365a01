'use client'

import type { ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'
import { useOnline, useSession } from '@/live/use-live'
import { useText } from '@/messages/use-text'
import { useSignOut } from './use-sign-out'

/** Who is signed in, as what, and the way out. */
export function AccountMenu(): ReactNode {
  const text = useText()
  const session = useSession()
  const online = useOnline()
  const signOut = useSignOut()
  if (!session) return null
  return (
    <div className="flex min-w-0 items-center lg:w-full lg:flex-col lg:items-start lg:gap-1 lg:border-t lg:pt-3">
      <div className="hidden w-full min-w-0 lg:block" title={session.actor}>
        <p className="truncate text-[13px] font-medium">{session.actor}</p>
        <p className="text-[13px] text-muted">{text(`role.${session.role}`)}</p>
      </div>
      <Button size="small" look="quiet" className="lg:-ml-2" disabled={!online} onClick={() => void signOut()}>
        <Icon name="door" />
        <span className="max-lg:sr-only">{text('signIn.out')}</span>
      </Button>
    </div>
  )
}
