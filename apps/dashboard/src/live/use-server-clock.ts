'use client'

import { useEffect, useState } from 'react'
import { useClient } from './client-context'
import { useOnline } from './use-live'

/**
 * The server's clock, in epoch milliseconds, once a second; stands still in a hidden tab and without a connection.
 * @param everyMs for what need not follow each second
 */
export function useServerClock(everyMs = 1_000): number {
  const client = useClient()
  const online = useOnline()
  const [now, setNow] = useState(() => client?.serverNow() ?? Date.now())
  useEffect(() => {
    if (!online) return
    const tick = (): void => {
      if (!document.hidden) setNow(client?.serverNow() ?? Date.now())
    }
    tick()
    const timer = setInterval(tick, everyMs)
    return () => clearInterval(timer)
  }, [client, online, everyMs])
  return now
}
