'use client'

import type { ReactNode } from 'react'
import { TextField } from '@/components/ui/text-field'
import { useText } from '@/messages/use-text'
import { NewPasswordField } from './new-password-field'

export interface NewAccount {
  readonly name: string
  readonly email: string
  readonly password: string
}

/** Who somebody is, for the account that they make of themselves. */
export function NewAccountFields({
  account,
  error,
  onChange,
}: {
  readonly account: NewAccount
  readonly error: string | null
  readonly onChange: (account: NewAccount) => void
}): ReactNode {
  const text = useText()
  const edit = (change: Partial<NewAccount>): void => onChange({ ...account, ...change })
  return (
    <>
      <TextField
        label={text('setUp.name')}
        autoComplete="name"
        required
        autoFocus
        value={account.name}
        onChange={({ target }) => edit({ name: target.value })}
      />
      <TextField
        label={text('signIn.email')}
        type="email"
        autoComplete="username"
        required
        value={account.email}
        onChange={({ target }) => edit({ email: target.value })}
      />
      <NewPasswordField
        label={text('signIn.password')}
        value={account.password}
        error={error}
        onChange={(password) => edit({ password })}
      />
    </>
  )
}
