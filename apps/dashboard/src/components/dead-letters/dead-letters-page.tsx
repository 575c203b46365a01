'use client'

import type { ReactNode } from 'react'
import { PageHeader } from '@/components/ui/page-header'
import { SelectField } from '@/components/ui/select-field'
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
  const known = plugin === null || holders.some(({ id }) => id === plugin)
  const total = letters.value?.letters
  return (
    <div className="flex flex-col gap-4">
      <PageHeader
        title={text('nav.deadLetters')}
        {...(total !== undefined && { count: text('deadLetters.count', { count: total }) })}
      >
        <SelectField
          label={text('activity.plugin')}
          hideLabel
          className="sm:max-w-60"
          value={plugin ?? ''}
          options={[
            { value: '', label: text('activity.allPlugins') },
            ...holders.map(({ id, name, deadLetters }) => ({ value: id, label: `${name} (${deadLetters})` })),
            ...(known ? [] : [{ value: plugin, label: plugin }]),
          ]}
          onChange={(next) => setPlugin(next === '' ? null : next)}
        />
      </PageHeader>
      <LetterGroupList {...letters} namesPlugins />
    </div>
  )
}
