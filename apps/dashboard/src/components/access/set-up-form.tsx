'use client'

import type { ClientError } from '@plugboard/client'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useEffect, useState, type ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { TextField } from '@/components/ui/text-field'
import { useClient } from '@/live/client-context'
import { setUp } from '@/live/session-api'
import { useSessionState } from '@/live/use-session-state'
import { useText } from '@/messages/use-text'
import { AccessCard } from './access-card'
import { NewPasswordField } from './new-password-field'
import { useSubmit } from './use-submit'

/** Makes the owner, with the link that the server printed. */
export function SetUpForm(): ReactNode {
  const text = useText()
  const router = useRouter()
  const client = useClient()
  const state = useSessionState()
  const token = useTokenOfLink()
  const [owner, setOwner] = useState({ name: '', email: '', password: '' })
  const edit = (change: Partial<typeof owner>): void => setOwner((before) => ({ ...before, ...change }))
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
        <TextField
          label={text('setUp.name')}
          autoComplete="name"
          required
          autoFocus
          value={owner.name}
          onChange={(event) => edit({ name: event.target.value })}
        />
        <TextField
          label={text('signIn.email')}
          type="email"
          autoComplete="username"
          required
          value={owner.email}
          onChange={(event) => edit({ email: event.target.value })}
        />
        <NewPasswordField
          label={text('signIn.password')}
          value={owner.password}
          error={error && refusal(error)}
          onChange={(password) => edit({ password })}
        />
        <Button type="submit" look="primary" pending={pending} className="h-9">
          {text('setUp.submit')}
        </Button>
      </form>
    </AccessCard>
  )
}

/** Null before it is read; empty without one. It does not stay in the address. */
function useTokenOfLink(): string | null {
  const [token, setToken] = useState<string | null>(null)
  useEffect(() => {
    setToken((known) => known ?? new URLSearchParams(window.location.hash.slice(1)).get('token') ?? '')
    window.history.replaceState(null, '', window.location.pathname)
  }, [])
  return token
}
