'use client'

import type { ClientError } from '@plugboard/client'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useEffect, useState, type ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { Skeleton } from '@/components/ui/panel'
import { useFigures } from '@/format/use-figures'
import { useClient } from '@/live/client-context'
import { asClientError } from '@/live/use-operation'
import { askForInvite, join, type Invite } from '@/live/session-api'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'
import { AccessCard } from './access-card'
import { NewAccountFields } from './new-account-fields'
import { useLinkToken } from './use-link-token'
import { useSubmit } from './use-submit'

/** Makes an account with the link of an invite. */
export function JoinForm(): ReactNode {
  const text = useText()
  const say = useSay()
  const figures = useFigures()
  const router = useRouter()
  const client = useClient()
  const token = useLinkToken()
  const [invite, setInvite] = useState<Invite | null>(null)
  const [refusal, setRefusal] = useState<ClientError | null>(null)
  const [account, setAccount] = useState({ name: '', email: '', password: '' })
  useEffect(() => {
    if (token === null || token === '') return
    askForInvite(token).then(setInvite, (thrown: unknown) => setRefusal(asClientError(thrown)))
  }, [token])
  const { pending, error, onSubmit } = useSubmit(async () => {
    await join({ ...account, token: token ?? '' })
    client?.reconnect()
    router.replace('/')
  })
  const problem = error ?? refusal
  // The link does not stay in the address: after a reload it is not known any more.
  if (token === '') return <AccessCard title={text('join.noLink')} explain={text('join.noLinkExplain')} />
  if (problem?.code === 'INVITE_OVER') {
    return (
      <AccessCard title={text('join.over')} explain={text('join.overExplain')}>
        <Link href="/" className="font-medium text-accent underline underline-offset-4">
          {text('setUp.open')}
        </Link>
      </AccessCard>
    )
  }
  return (
    <AccessCard
      title={invite ? text('join.title', { node: invite.node }) : text('join.plainTitle')}
      explain={invite ? text(`settings.roleMeans.${invite.role}`) : ''}
    >
      {token === null ? (
        <Skeleton className="h-64" />
      ) : (
        <form className="flex flex-col gap-4" onSubmit={onSubmit}>
          <NewAccountFields account={account} error={problem && say.error(problem)} onChange={setAccount} />
          <Button type="submit" look="primary" pending={pending} className="h-9">
            {text('setUp.submit')}
          </Button>
          {invite && (
            <p className="figures text-[13px] text-faint">
              {text('join.until', { time: figures.when(invite.expiresAt) })}
            </p>
          )}
        </form>
      )}
    </AccessCard>
  )
}
