import { useId, type ComponentProps, type ReactNode } from 'react'
import { classes } from './class-names'

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
  const id = useId()
  const note = error || hint
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      <input
        {...input}
        id={id}
        aria-invalid={error ? true : undefined}
        aria-describedby={note ? `${id}-note` : undefined}
        className="h-9 w-full rounded-md border border-line-strong bg-surface px-3 disabled:opacity-50 aria-invalid:border-bad"
      />
      {note && (
        <p
          id={`${id}-note`}
          role={error ? 'alert' : undefined}
          className={classes('text-[13px]', error ? 'text-bad' : 'text-muted')}
        >
          {note}
        </p>
      )}
    </div>
  )
}
