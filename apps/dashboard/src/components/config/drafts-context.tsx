'use client'

import type { ConfigView } from '@plugboard/protocol'
import { createContext, useContext, useEffect, useState, type ReactNode } from 'react'
import { useConnection, useSession } from '@/live/use-live'
import { onSignOut } from '@/live/session-api'
import type { ConfigDraft } from './config-draft'

/** What was being edited, and what it began from. */
export interface KeptDraft {
  readonly base: ConfigView
  readonly draft: ConfigDraft
}

const DraftsContext = createContext<Map<string, KeptDraft>>(new Map())

/**
 * Holds unsaved changes while another page is open, or after the session has ended until its owner signs in again; in
 * memory only, because they may contain secrets, and only for their author.
 */
export function DraftsProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const actor = useSession()?.actor ?? null
  const { state } = useConnection()
  const [kept, setKept] = useState(() => ({ owner: actor, drafts: new Map<string, KeptDraft>() }))
  if (state === 'connected' && actor !== null && kept.owner !== actor) setKept({ owner: actor, drafts: new Map() })
  useEffect(() => onSignOut(() => kept.drafts.clear()), [kept])
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent): void => {
      if (kept.drafts.size > 0) event.preventDefault()
    }
    window.addEventListener('beforeunload', warn)
    return () => window.removeEventListener('beforeunload', warn)
  }, [kept])
  return <DraftsContext value={kept.drafts}>{children}</DraftsContext>
}

/** The drafts by plugin. */
export function useDrafts(): Map<string, KeptDraft> {
  return useContext(DraftsContext)
}
