import type { ReactNode } from 'react'
import { classes } from './class-names'

/** A titled area of a page. */
export function Panel({
  title,
  hint,
  aside,
  children,
  className,
}: {
  readonly title: string
  readonly hint?: string
  readonly aside?: ReactNode
  readonly children: ReactNode
  readonly className?: string
}): ReactNode {
  return (
    <section aria-label={title} className={classes('min-w-0 rounded-lg border bg-surface', className)}>
      <header className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 px-4 pt-2">
        <div className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-2">
          <h2 className="font-semibold">{title}</h2>
          {hint && <span className="text-[13px] text-faint">{hint}</span>}
        </div>
        {aside}
      </header>
      <div className="px-4 pt-1 pb-4">{children}</div>
    </section>
  )
}

/** Holds the place of what is to come, at its final size. */
export function Skeleton({ className }: { readonly className?: string }): ReactNode {
  return <div aria-hidden className={classes('animate-pulse rounded-md bg-sunken', className)} />
}

export function Empty({ children }: { readonly children: ReactNode }): ReactNode {
  return <div className="flex flex-col items-start gap-3 py-6 text-muted">{children}</div>
}
