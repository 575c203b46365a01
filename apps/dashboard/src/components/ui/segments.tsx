import type { ReactNode } from 'react'
import { classes } from './class-names'

/** A choice of one among a few, side by side; where there is no room for all, they can be scrolled. */
export function Segments<Value extends string | number>({
  label,
  value,
  options,
  onChange,
}: {
  readonly label: string
  /** Null: none of them. */
  readonly value: Value | null
  readonly options: readonly { readonly value: Value; readonly label: string }[]
  readonly onChange: (value: Value) => void
}): ReactNode {
  return (
    <div
      role="group"
      aria-label={label}
      className="inline-flex max-w-full min-w-0 overflow-x-auto rounded-md border bg-sunken p-0.5"
    >
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
          className={classes(
            'figures h-6 shrink-0 rounded px-2 text-[13px] font-medium whitespace-nowrap max-sm:px-1.5',
            option.value === value ? 'bg-raised text-ink shadow-sm' : 'text-muted hover:text-ink',
          )}
        >
          {option.label}
        </button>
      ))}
    </div>
  )
}
