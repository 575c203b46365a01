'use client'

import { useEffect, useState } from 'react'

/** The token of the link that led here. Null before it is read; empty without one. It does not stay in the address. */
export function useLinkToken(): string | null {
  const [token, setToken] = useState<string | null>(null)
  useEffect(() => {
    setToken((known) => known ?? new URLSearchParams(window.location.hash.slice(1)).get('token') ?? '')
    window.history.replaceState(null, '', window.location.pathname)
  }, [])
  return token
}
