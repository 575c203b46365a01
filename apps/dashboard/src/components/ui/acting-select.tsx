'use client'

import { useRef, useState, type ReactNode } from 'react'
import { Spinner } from './button'

/**
 * A select that acts at once when used with the pointer. With the keyboard, Enter or leaving the field applies the
 * choice and Escape cancels it, so that moving through the options does nothing.
 */
export function ActingSelect<Value extends string>({
  label,
  value,
  options,
  disabled,
  pending,
  onChange,
}: {
  readonly label: string
  readonly value: Value
  readonly options: readonly { readonly value: Value; readonly label: string }[]
  readonly disabled: boolean
  readonly pending: boolean
  readonly onChange: (value: Value) => void
}): ReactNode {
  const [draft, setDraft] = useState<Value | null>(null)
  const byKey = useRef(false)
  const commit = (): void => {
    setDraft(null)
    if (draft !== null && draft !== value) onChange(draft)
  }
  return (
    <label className="relative inline-flex min-w-0 items-center">
      <span className="sr-only">{label}</span>
      <select
        value={draft ?? value}
        disabled={disabled}
        aria-busy={pending}
        onPointerDown={() => {
          byKey.current = false
        }}
        onKeyDown={(event) => {
          byKey.current = true
          if (draft === null || !['Enter', 'Escape'].includes(event.key)) return
          event.preventDefault()
          if (event.key === 'Enter') commit()
          else setDraft(null)
        }}
        onBlur={commit}
        onChange={({ target }) => {
          const next = target.value as Value
          if (pending) return
          if (byKey.current) setDraft(next)
          else onChange(next)
        }}
        className="h-8 w-full min-w-0 rounded-md border border-line-strong bg-surface px-2 disabled:opacity-50"
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      {draft !== null && (
        <kbd aria-hidden className="absolute right-7 rounded border bg-raised px-1 text-xs text-muted">
          ⏎
        </kbd>
      )}
      {pending && <Spinner className="absolute right-7" />}
    </label>
  )
}
