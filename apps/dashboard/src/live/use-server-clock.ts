'use client'

import { useEffect, useState } from 'react'
import { useClient } from './client-context'

/** The server's clock, in epoch milliseconds, once a second; stands still in a hidden tab. */
export function useServerClock(): number {
  const client = useClient()
  const [now, setNow] = useState(0)
  useEffect(() => {
    const tick = (): void => {
      if (!document.hidden) setNow(client?.serverNow() ?? Date.now())
    }
    tick()
    const timer = setInterval(tick, 1_000)
    return () => clearInterval(timer)
  }, [client])
  return now
}
