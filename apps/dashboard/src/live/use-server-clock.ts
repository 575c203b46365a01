'use client'

import { useEffect, useState } from 'react'
import { useClient } from './client-context'
import { useOnline } from './use-live'

/** The server's clock, in epoch milliseconds, once a second; stands still in a hidden tab and without a connection. */
export function useServerClock(): number {
  const client = useClient()
  const online = useOnline()
  const [now, setNow] = useState(() => client?.serverNow() ?? Date.now())
  useEffect(() => {
    if (!online) return
    const tick = (): void => {
      if (!document.hidden) setNow(client?.serverNow() ?? Date.now())
    }
    tick()
    const timer = setInterval(tick, 1_000)
    return () => clearInterval(timer)
  }, [client, online])
  return now
}
