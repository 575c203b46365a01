'use client'

import type { ClientError } from '@plugboard/client'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useState, type ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { useClient } from '@/live/client-context'
import { setUp } from '@/live/session-api'
import { useSessionState } from '@/live/use-session-state'
import { useText } from '@/messages/use-text'
import { AccessCard } from './access-card'
import { NewAccountFields } from './new-account-fields'
import { useLinkToken } from './use-link-token'
import { useSubmit } from './use-submit'

/** Makes the owner, with the link that the server printed. */
export function SetUpForm(): ReactNode {
  const text = useText()
  const router = useRouter()
  const client = useClient()
  const state = useSessionState()
  const token = useLinkToken()
  const [owner, setOwner] = useState({ name: '', email: '', password: '' })
  const { pending, error, onSubmit } = useSubmit(async () => {
    await setUp({ ...owner, token: token ?? '' })
    client?.reconnect()
    router.replace('/')
  })
  const refusal = ({ code, message }: ClientError): string => {
    if (code === 'UNAUTHENTICATED') return text('setUp.wrongLink')
    return code === 'NO_ANSWER' ? text('signIn.noAnswer') : message
  }
  if ((state && !state.needsSetUp && !pending) || error?.code === 'SET_UP_DONE') {
    return (
      <AccessCard title={text('setUp.done')} explain={text('setUp.doneExplain')}>
        <Link href="/" className="font-medium text-accent underline underline-offset-4">
          {text('setUp.open')}
        </Link>
      </AccessCard>
    )
  }
  if (token === '') return <AccessCard title={text('setUp.needed')} explain={text('setUp.where')} />
  return (
    <AccessCard title={text('setUp.title')} explain={text('setUp.explain')}>
      <form className="flex flex-col gap-4" onSubmit={onSubmit}>
        <NewAccountFields account={owner} error={error && refusal(error)} onChange={setOwner} />
        <Button type="submit" look="primary" pending={pending} className="h-9">
          {text('setUp.submit')}
        </Button>
      </form>
    </AccessCard>
  )
}
