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
 * Holds unsaved changes while another page is open; in memory only, because they may contain secrets, and only
 * for their author.
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
