import type { ReactNode } from 'react'

/** The colour of a series beside its name. */
export function Swatch({ color }: { readonly color: string }): ReactNode {
  return (
    <svg viewBox="0 0 8 8" className="size-2 shrink-0" aria-hidden>
      <rect width="8" height="8" rx="2" fill={color} />
    </svg>
  )
}
