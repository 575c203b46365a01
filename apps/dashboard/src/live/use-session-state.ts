'use client'

import { useEffect, useState } from 'react'
import { fetchSession, type SessionState } from './session-api'

/** What the server says of this browser; null until it has, or while it does not answer. */
export function useSessionState(): SessionState | null {
  const [state, setState] = useState<SessionState | null>(null)
  useEffect(() => {
    let current = true
    fetchSession().then(
      (found) => current && setState(found),
      () => {},
    )
    return () => {
      current = false
    }
  }, [])
  return state
}
