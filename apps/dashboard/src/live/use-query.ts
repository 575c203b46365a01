'use client'

import { useSearchParams } from 'next/navigation'
import { useCallback } from 'react'

/** A part of the page's state that stands in its address: it survives a refresh, and can be handed to somebody else. */
export function useQueryParam(name: string): readonly [value: string | null, set: (value: string | null) => void] {
  const value = useSearchParams().get(name)
  const set = useCallback(
    (next: string | null) => {
      const query = new URLSearchParams(window.location.search)
      if (next === null || next === '') query.delete(name)
      else query.set(name, next)
      const text = query.toString()
      // Not a navigation: the page is the same one.
      window.history.replaceState(null, '', text === '' ? window.location.pathname : `?${text}`)
    },
    [name],
  )
  return [value, set]
}
