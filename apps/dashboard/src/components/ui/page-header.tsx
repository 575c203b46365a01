import type { ReactNode } from 'react'

/** The name of a page, how much there is of it, and what can be done. */
export function PageHeader({
  title,
  count,
  children,
}: {
  readonly title: string
  readonly count?: string | undefined
  readonly children?: ReactNode
}): ReactNode {
  return (
    <div className="flex min-h-8 flex-wrap items-center gap-x-3 gap-y-2">
      <h1 className="mr-auto text-lg font-semibold">
        {title}
        {count !== undefined && <span className="figures ml-2 text-[13px] font-normal text-faint">{count}</span>}
      </h1>
      {children}
    </div>
  )
}
