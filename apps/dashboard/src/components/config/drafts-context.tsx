'use client'

import type { ConfigView } from '@plugboard/protocol'
import { createContext, useContext, useState, type ReactNode } from 'react'
import { useConnection, useSession } from '@/live/use-live'
import type { ConfigDraft } from './config-draft'

/** What was being edited, and what it began from. */
export interface KeptDraft {
  readonly base: ConfigView
  readonly draft: ConfigDraft
}

const DraftsContext = createContext<Map<string, KeptDraft>>(new Map())

/**
 * Keeps what was not saved while somebody looks elsewhere on the board; in memory only, since it may hold secrets, and only
 * for whoever wrote it.
 */
export function DraftsProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const actor = useSession()?.actor ?? null
  const owner = useConnection().state === 'unauthorized' ? null : actor
  const [kept, setKept] = useState(() => ({ owner, drafts: new Map<string, KeptDraft>() }))
  if (kept.owner !== owner) setKept({ owner, drafts: new Map() })
  return <DraftsContext value={kept.drafts}>{children}</DraftsContext>
}

/** The drafts by plugin. */
export function useDrafts(): Map<string, KeptDraft> {
  return useContext(DraftsContext)
}
