'use client'

import { useSearchParams } from 'next/navigation'
import { useCallback, useState } from 'react'

interface Param {
  readonly value: string | null
  /** What stood in the address last. */
  readonly seen: string | null
  /** The address does not contain the value yet. Until then, address changes are older values of this parameter. */
  readonly isAhead: boolean
}

/** A part of the page's state that stands in its address: it survives a reload, and the address can be shared. */
export function useQueryParam(name: string): readonly [value: string | null, set: (value: string | null) => void] {
  const address = useSearchParams().get(name)
  // The router tells of a new address when it has time for it; a field that is typed into cannot wait for that.
  const [param, setParam] = useState<Param>({ value: address, seen: address, isAhead: false })
  if (address !== param.seen) setParam(follow(param, address))
  const set = useCallback(
    (next: string | null): void => {
      const value = next === '' ? null : next
      setParam(({ seen }) => ({ value, seen, isAhead: value !== seen }))
      const query = new URLSearchParams(window.location.search)
      if (value === null) query.delete(name)
      else query.set(name, value)
      const text = query.toString()
      // Not a navigation: the page is the same one.
      window.history.replaceState(null, '', text === '' ? window.location.pathname : `?${text}`)
    },
    [name, setParam],
  )
  return [param.value, set]
}

function follow({ value, isAhead }: Param, address: string | null): Param {
  if (isAhead) return { value, seen: address, isAhead: address !== value }
  return { value: address, seen: address, isAhead: false }
}
