'use client'

import { PlugboardClient } from '@plugboard/client'
import { createContext, useContext, useEffect, useState, type ReactNode } from 'react'
import { wallToken } from './use-wall'
import { fetchSession, SERVER_URL } from './session-api'

/** The server extends a session at most once a day, when it is asked about it. */
const EXTEND_EVERY_MS = 6 * 3_600_000

const ClientContext = createContext<PlugboardClient | null>(null)

/** Holds the one connection of this page. It is null on the server and until the first effect. */
export function ClientProvider({ children }: { children: ReactNode }): ReactNode {
  const [client, setClient] = useState<PlugboardClient | null>(null)
  useEffect(() => {
    const created = new PlugboardClient({ url: SERVER_URL, token: wallToken() })
    setClient(created)
    // A board that stays open, on a wall for example, stays signed in.
    const extend = (): void => void fetchSession().catch(() => {})
    const unsubscribe = created.connection.subscribe(() => {
      if (created.connection.get().state === 'connected') extend()
    })
    const timer = setInterval(extend, EXTEND_EVERY_MS)
    return () => {
      clearInterval(timer)
      unsubscribe()
      created.close()
    }
  }, [])
  return <ClientContext value={client}>{children}</ClientContext>
}

export function useClient(): PlugboardClient | null {
  return useContext(ClientContext)
}
