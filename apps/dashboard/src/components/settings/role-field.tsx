'use client'

import type { AccountView } from '@plugboard/protocol'
import { useId, type ReactNode } from 'react'
import { useText } from '@/messages/use-text'
import { ROLES } from './roles'

/** A choice of a role, with what each may do. */
export function RoleField({
  value,
  onChange,
}: {
  readonly value: AccountView['role']
  readonly onChange: (role: AccountView['role']) => void
}): ReactNode {
  const text = useText()
  const name = useId()
  return (
    <fieldset>
      <legend className="mb-1 font-medium">{text('people.role')}</legend>
      <div className="divide-y rounded-md border border-line-strong">
        {ROLES.map((role) => (
          <label key={role} className="flex cursor-pointer items-baseline gap-3 px-3 py-2 has-checked:bg-accent-soft">
            <input
              type="radio"
              name={name}
              value={role}
              checked={role === value}
              onChange={() => onChange(role)}
              className="translate-y-0.5 accent-accent"
            />
            <span className="text-[13px]">{text(`settings.roleMeans.${role}`)}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
