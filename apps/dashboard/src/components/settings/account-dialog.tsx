'use client'

import type { AccountView } from '@plugboard/protocol'
import { useState, type ReactNode } from 'react'
import { NewPasswordField } from '@/components/access/new-password-field'
import { useSubmit } from '@/components/access/use-submit'
import { Button } from '@/components/ui/button'
import { Modal } from '@/components/ui/modal'
import { TextField } from '@/components/ui/text-field'
import { useMay } from '@/live/use-live'
import { useOperation } from '@/live/use-operation'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'
import { RoleField } from './role-field'

/** Makes an account; or sets the password of one that there is. */
export function AccountDialog({
  account,
  onClose,
  onDone,
}: {
  readonly account: AccountView | null
  readonly onClose: () => void
  readonly onDone: () => void
}): ReactNode {
  const text = useText()
  const say = useSay()
  const call = useOperation()
  const allowed = useMay('accounts.create')
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<AccountView['role']>('viewer')
  const [password, setPassword] = useState('')
  const { pending, error, onSubmit } = useSubmit(async () => {
    if (account) await call('accounts.setPassword', { id: account.id, password })
    else await call('accounts.create', { name, email, role, password })
    onDone()
  })
  return (
    <Modal
      open
      onClose={onClose}
      title={account ? text('people.passwordOf', { name: account.name }) : text('people.add')}
      description={account ? text('people.passwordExplains') : text('people.addExplains')}
    >
      <form className="flex flex-col gap-4" onSubmit={onSubmit}>
        {!account && (
          <>
            <TextField
              label={text('setUp.name')}
              autoComplete="off"
              required
              value={name}
              onChange={({ target }) => setName(target.value)}
            />
            <TextField
              label={text('signIn.email')}
              type="email"
              autoComplete="off"
              required
              value={email}
              onChange={({ target }) => setEmail(target.value)}
            />
            <RoleField value={role} onChange={setRole} />
          </>
        )}
        <NewPasswordField
          label={text('signIn.password')}
          value={password}
          error={error && say.error(error)}
          onChange={setPassword}
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{text('action.cancel')}</Button>
          <Button type="submit" look="primary" pending={pending} disabled={!allowed}>
            {account ? text('people.setPassword') : text('people.add')}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
