'use client'

import type { ReactNode } from 'react'
import { TextField } from '@/components/ui/text-field'
import { useText } from '@/messages/use-text'

/** The server says the same. */
const MIN_PASSWORD = 12

/** Where a new password is written, with what it has to be. */
export function NewPasswordField({
  label,
  value,
  error = null,
  onChange,
}: {
  readonly label: string
  readonly value: string
  readonly error?: string | null
  readonly onChange: (value: string) => void
}): ReactNode {
  const text = useText()
  return (
    <TextField
      label={label}
      hint={text('setUp.passwordHint', { length: String(MIN_PASSWORD) })}
      type="password"
      autoComplete="new-password"
      required
      minLength={MIN_PASSWORD}
      value={value}
      error={error}
      onChange={({ target }) => onChange(target.value)}
    />
  )
}
