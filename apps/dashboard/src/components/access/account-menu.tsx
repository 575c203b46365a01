'use client'

import type { ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'
import { useToast } from '@/components/ui/toasts'
import { useClient } from '@/live/client-context'
import { signOut } from '@/live/session-api'
import { useSession } from '@/live/use-live'
import { asClientError } from '@/live/use-operation'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'

/** Who is signed in, as what, and the way out. */
export function AccountMenu(): ReactNode {
  const text = useText()
  const say = useSay()
  const toast = useToast()
  const client = useClient()
  const session = useSession()
  if (!session) return null
  const leave = async (): Promise<void> => {
    try {
      await signOut()
      client?.reconnect()
    } catch (thrown) {
      toast({ kind: 'bad', title: text('signIn.outFailed'), description: say.error(asClientError(thrown)) })
    }
  }
  return (
    <div className="flex min-w-0 items-center lg:w-full lg:flex-col lg:items-start lg:gap-1 lg:border-t lg:pt-3">
      <div className="hidden w-full min-w-0 lg:block" title={session.actor}>
        <p className="truncate text-[13px] font-medium">{session.actor}</p>
        <p className="text-[13px] text-muted">{text(`role.${session.role}`)}</p>
      </div>
      <Button size="small" look="quiet" className="lg:-ml-2" onClick={() => void leave()}>
        <Icon name="door" />
        <span className="max-lg:sr-only">{text('signIn.out')}</span>
      </Button>
    </div>
  )
}
