'use client'

import { createContext, use, useCallback, useMemo, useState, type ReactNode } from 'react'

interface Unfinished {
  /** How many fields hold text that is no value yet: nothing can be saved until each of them is one. */
  readonly count: number
  readonly mark: (id: string, isUnfinished: boolean) => void
}

const UnfinishedContext = createContext<Unfinished>({ count: 0, mark: () => {} })

export function UnfinishedFields({ children }: { readonly children: ReactNode }): ReactNode {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set())
  const mark = useCallback((id: string, isUnfinished: boolean): void => {
    setIds((before) => {
      if (before.has(id) === isUnfinished) return before
      const after = new Set(before)
      if (isUnfinished) after.add(id)
      else after.delete(id)
      return after
    })
  }, [])
  const value = useMemo(() => ({ count: ids.size, mark }), [ids, mark])
  return <UnfinishedContext value={value}>{children}</UnfinishedContext>
}

export function useUnfinished(): Unfinished {
  return use(UnfinishedContext)
}
