'use client'

import { useState, type ReactNode } from 'react'
import { NewPasswordField } from '@/components/access/new-password-field'
import { useSubmit } from '@/components/access/use-submit'
import { Button } from '@/components/ui/button'
import { Panel } from '@/components/ui/panel'
import { TextField } from '@/components/ui/text-field'
import { useMay, useSession } from '@/live/use-live'
import { useOperation } from '@/live/use-operation'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'
import { SessionList } from './session-list'

/** The account of the current session: its role, password and sessions. */
export function AccountSection(): ReactNode {
  const text = useText()
  const session = useSession()
  return (
    <>
      {session && (
        <Panel title={text('settings.you')}>
          <p className="font-medium">{session.actor}</p>
          <p className="text-muted">{text(`settings.roleMeans.${session.role}`)}</p>
        </Panel>
      )}
      {session?.account && <PasswordPanel />}
      {session?.account && (
        <Panel title={text('sessions.title')} hint={text('sessions.hint')}>
          <SessionList account={null} />
        </Panel>
      )}
    </>
  )
}

function PasswordPanel(): ReactNode {
  const text = useText()
  const say = useSay()
  const call = useOperation()
  const allowed = useMay('session.changePassword')
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  // All sessions end with it, this one too: the board asks to sign in again.
  const { pending, error, onSubmit } = useSubmit(async () => {
    await call('session.changePassword', { current, next })
  })
  return (
    <Panel title={text('settings.password')} hint={text('settings.passwordHint')}>
      <form className="flex max-w-md flex-col gap-4 pt-1" onSubmit={onSubmit}>
        <TextField
          label={text('settings.currentPassword')}
          type="password"
          autoComplete="current-password"
          required
          value={current}
          error={error && (error.code === 'BAD_CREDENTIALS' ? text('settings.wrongPassword') : say.error(error))}
          onChange={({ target }) => setCurrent(target.value)}
        />
        <NewPasswordField label={text('settings.newPassword')} value={next} onChange={setNext} />
        <Button type="submit" look="primary" className="self-start" pending={pending} disabled={!allowed}>
          {text('settings.changePassword')}
        </Button>
      </form>
    </Panel>
  )
}
