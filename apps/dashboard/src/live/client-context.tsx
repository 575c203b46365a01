'use client'

import { PlugboardClient } from '@plugboard/client'
import { createContext, useContext, useEffect, useState, type ReactNode } from 'react'
import { SERVER_URL } from './session-api'

const ClientContext = createContext<PlugboardClient | null>(null)

/** Holds the one connection of this page. It is null on the server and until the first effect. */
export function ClientProvider({ children }: { children: ReactNode }): ReactNode {
  const [client, setClient] = useState<PlugboardClient | null>(null)
  useEffect(() => {
    const created = new PlugboardClient({ url: SERVER_URL })
    setClient(created)
    return () => created.close()
  }, [])
  return <ClientContext value={client}>{children}</ClientContext>
}

export function useClient(): PlugboardClient | null {
  return useContext(ClientContext)
}
