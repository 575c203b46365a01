import type { ReactNode } from 'react'
import { classes } from './class-names'

/** A choice of one among some, by name. */
export function SelectField<Value extends string>({
  label,
  value,
  options,
  disabled = false,
  hideLabel = false,
  className,
  onChange,
}: {
  readonly label: string
  readonly value: Value
  readonly options: readonly { readonly value: Value; readonly label: string }[]
  readonly disabled?: boolean
  readonly hideLabel?: boolean
  readonly className?: string
  readonly onChange: (value: Value) => void
}): ReactNode {
  return (
    <label className={classes('flex min-w-0 flex-col gap-1 font-medium', className)}>
      <span className={hideLabel ? 'sr-only' : undefined}>{label}</span>
      <select
        value={value}
        disabled={disabled}
        onChange={({ target }) => onChange(target.value as Value)}
        className={classes(
          'w-full min-w-0 rounded-md border border-line-strong bg-surface px-2 font-normal disabled:opacity-50',
          hideLabel ? 'h-8' : 'h-9',
        )}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </label>
  )
}
