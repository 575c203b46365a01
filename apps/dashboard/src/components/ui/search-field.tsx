'use client'

import { useRef, type ReactNode } from 'react'
import { classes } from './class-names'
import { useKeys } from '@/hooks/use-keys'

/** A field that narrows a list: `/` brings the cursor here, Escape empties it and leaves. */
export function SearchField({
  label,
  placeholder,
  value,
  className,
  onChange,
}: {
  readonly label: string
  readonly placeholder: string
  readonly value: string
  readonly className?: string
  readonly onChange: (value: string) => void
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
        // A key that an input method takes is none of the list's.
        if (event.nativeEvent.isComposing) return
        if (event.key === 'Escape') onChange('')
        // ⏎ and ↓ go on to the list.
        if (['Escape', 'Enter', 'ArrowDown'].includes(event.key)) field.current?.blur()
      }}
      className={classes('h-8 w-full min-w-0 rounded-md border border-line-strong bg-surface px-3 sm:w-80', className)}
    />
  )
}
