'use client'

import type { ConfigView } from '@plugboard/protocol'
import { createContext, useContext, useState, type ReactNode } from 'react'
import type { ConfigDraft } from './config-draft'

/** What was being edited, and what it began from. */
export interface KeptDraft {
  readonly base: ConfigView
  readonly draft: ConfigDraft
}

const DraftsContext = createContext<Map<string, KeptDraft>>(new Map())

/** Keeps what was not saved while somebody looks elsewhere on the board; in memory only, since it may hold secrets. */
export function DraftsProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [drafts] = useState(() => new Map<string, KeptDraft>())
  return <DraftsContext value={drafts}>{children}</DraftsContext>
}

/** The drafts by plugin. */
export function useDrafts(): Map<string, KeptDraft> {
  return useContext(DraftsContext)
}
