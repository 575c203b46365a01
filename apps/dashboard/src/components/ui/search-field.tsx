'use client'

import { useRef, type ReactNode } from 'react'
import { classes } from './class-names'
import { useKeys } from './use-keys'

/** A field that narrows a list: `/` brings the cursor here, Escape empties it and leaves. */
export function SearchField({
  label,
  placeholder,
  value,
  className,
  onChange,
  onLeave,
}: {
  readonly label: string
  readonly placeholder: string
  readonly value: string
  readonly className?: string
  readonly onChange: (value: string) => void
  /** ⏎ or ↓: on to the list. */
  readonly onLeave?: () => void
}): ReactNode {
  const field = useRef<HTMLInputElement>(null)
  useKeys({ '/': () => field.current?.focus() })
  return (
    <input
      ref={field}
      type="search"
      value={value}
      aria-label={label}
      placeholder={placeholder}
      spellCheck={false}
      onChange={({ target }) => onChange(target.value)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') {
          onChange('')
          field.current?.blur()
        } else if (event.key === 'Enter' || event.key === 'ArrowDown') {
          field.current?.blur()
          onLeave?.()
        }
      }}
      className={classes('h-8 w-full min-w-0 rounded-md border border-line-strong bg-surface px-3 sm:w-80', className)}
    />
  )
}
