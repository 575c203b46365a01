'use client'

import type { ClientError } from '@plugboard/client'
import { useState, type ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { TextField } from '@/components/ui/text-field'
import { useClient } from '@/live/client-context'
import { signIn } from '@/live/session-api'
import { useSessionState } from '@/live/use-session-state'
import { useText } from '@/messages/use-text'
import { AccessCard } from './access-card'
import { useSubmit } from './use-submit'

/** Shown in place of a page without a session. After the sign-in the page returns. */
export function SignInForm(): ReactNode {
  const text = useText()
  const client = useClient()
  const state = useSessionState()
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const { pending, error, onSubmit } = useSubmit(async () => {
    await signIn({ email, password })
    client?.reconnect()
  })
  const refusal = ({ code, message, details }: ClientError): string => {
    if (code === 'BAD_CREDENTIALS') return text('signIn.wrong')
    if (code === 'NO_ANSWER') return text('signIn.noAnswer')
    const { retryAfterSeconds } = (details ?? {}) as { retryAfterSeconds?: number }
    return retryAfterSeconds === undefined ? message : text('signIn.wait', { seconds: retryAfterSeconds })
  }
  if (state?.needsSetUp) return <AccessCard title={text('setUp.needed')} explain={text('setUp.where')} />
  return (
    <AccessCard title={text('signIn.title')} explain={text('signIn.explain')}>
      <form className="flex flex-col gap-4" onSubmit={onSubmit}>
        <TextField
          label={text('signIn.email')}
          type="email"
          autoComplete="username"
          required
          autoFocus
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
        <TextField
          label={text('signIn.password')}
          type="password"
          autoComplete="current-password"
          required
          value={password}
          error={error && refusal(error)}
          onChange={(event) => setPassword(event.target.value)}
        />
        <Button type="submit" look="primary" pending={pending} className="h-9">
          {text('signIn.submit')}
        </Button>
      </form>
    </AccessCard>
  )
}
