'use client'

import { useEffect, useState } from 'react'
import { keep, readKept } from '@/hooks/storage'
import { useClient } from '@/live/client-context'

const KEY = 'plugboard.activity'

/**
 * When somebody last looked at the activity in this browser, in epoch milliseconds of the server; null: never. It stays what it
 * is for as long as the page is open.
 */
export function useLastLook(): number | null {
  const client = useClient()
  const [at, setAt] = useState<number | null>(null)
  useEffect(() => {
    const kept = Number(readKept('localStorage', KEY))
    setAt(Number.isFinite(kept) && kept > 0 ? kept : null)
    const note = (): void => keep('localStorage', KEY, String(client?.serverNow() ?? Date.now()))
    // A tab may be closed without any other sign.
    const onHide = (): void => {
      if (document.hidden) note()
    }
    document.addEventListener('visibilitychange', onHide)
    return () => {
      document.removeEventListener('visibilitychange', onHide)
      note()
    }
  }, [client])
  return at
}
