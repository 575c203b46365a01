'use client'

import type { ReactNode } from 'react'
import { PageHeader } from '@/components/ui/page-header'
import { PluginSelect } from '@/components/ui/plugin-select'
import { useQueryParam } from '@/hooks/use-query'
import { sortedRows } from '@/live/sorted-rows'
import { useTopic } from '@/live/use-live'
import { useText } from '@/messages/use-text'
import { LetterGroupList } from './letter-group-list'
import { useLetterGroups } from './use-letter-groups'

/** What failed and waits for somebody, over all plugins, by its cause. */
export function DeadLettersPage(): ReactNode {
  const text = useText()
  const [plugin, setPlugin] = useQueryParam('plugin')
  const letters = useLetterGroups(plugin)
  const { state: board } = useTopic('board')
  const holders = sortedRows(board?.rows ?? new Map()).filter(({ id, deadLetters }) => deadLetters > 0 || id === plugin)
  const total = letters.value?.letters
  return (
    <div className="flex flex-col gap-4">
      <PageHeader
        title={text('nav.deadLetters')}
        {...(total !== undefined && { count: text('deadLetters.count', { count: total }) })}
      >
        <PluginSelect
          className="sm:max-w-60"
          value={plugin}
          plugins={holders.map(({ id, name, deadLetters }) => ({ id, name: `${name} (${deadLetters})` }))}
          onChange={setPlugin}
        />
      </PageHeader>
      <LetterGroupList {...letters} namesPlugins />
    </div>
  )
}
