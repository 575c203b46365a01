import type { ReactNode } from 'react'

/** Yes or no, with a name. */
export function Checkbox({
  label,
  hideLabel = false,
  checked,
  mixed = false,
  disabled = false,
  onChange,
}: {
  readonly label: string
  readonly hideLabel?: boolean
  readonly checked: boolean
  /** Some of what it stands for. */
  readonly mixed?: boolean
  readonly disabled?: boolean
  readonly onChange: (checked: boolean) => void
}): ReactNode {
  return (
    <label className="inline-flex items-center gap-2">
      <input
        type="checkbox"
        className="size-4 shrink-0 accent-accent"
        checked={checked}
        disabled={disabled}
        aria-label={hideLabel ? label : undefined}
        ref={(input) => {
          if (input) input.indeterminate = mixed && !checked
        }}
        onChange={({ target }) => onChange(target.checked)}
      />
      {!hideLabel && label}
    </label>
  )
}
