import type { ComponentProps, ReactNode } from 'react'

/** A labelled line to write in, with what is wrong with it below. */
export function TextField({
  label,
  hint,
  error,
  ...input
}: { readonly label: string; readonly hint?: string; readonly error?: string | null } & Omit<
  ComponentProps<'input'>,
  'className'
>): ReactNode {
  return (
    <label className="flex flex-col gap-1 font-medium">
      {label}
      <input
        {...input}
        aria-invalid={error ? true : undefined}
        className="h-9 w-full rounded-md border border-line-strong bg-surface px-3 font-normal disabled:opacity-50 aria-invalid:border-bad"
      />
      {error ? (
        <span role="alert" className="text-[13px] font-normal text-bad">
          {error}
        </span>
      ) : (
        hint && <span className="text-[13px] font-normal text-muted">{hint}</span>
      )}
    </label>
  )
}
