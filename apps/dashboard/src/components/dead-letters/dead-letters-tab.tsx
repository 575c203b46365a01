'use client'

import type { PluginDetail } from '@plugboard/protocol'
import type { ReactNode } from 'react'
import { useText } from '@/messages/use-text'
import { LetterGroupList } from './letter-group-list'
import { useLetterGroups } from './use-letter-groups'

/** The events of one plugin that failed, by their cause. */
export function DeadLettersTab({ detail: { view } }: { readonly detail: PluginDetail }): ReactNode {
  const text = useText()
  const letters = useLetterGroups(view.id)
  const { deadLetters: total, deadLettersEvicted: evicted } = view.stats
  return (
    <div className="flex flex-col gap-3">
      {total > 0 && (
        <p className="figures text-[13px] text-muted">
          {text('deadLetters.count', { count: total })}
          {evicted > 0 && ` · ${text('deadLetters.evicted', { count: evicted })}`}
        </p>
      )}
      <LetterGroupList {...letters} />
    </div>
  )
}
