'use client'

import type { LogLevel, PluginDetail } from '@plugboard/protocol'
import { useMemo, useState, type ReactNode } from 'react'
import { Empty, Skeleton } from '@/components/ui/panel'
import { SearchField } from '@/components/ui/search-field'
import { SelectField } from '@/components/ui/select-field'
import { useAnswer } from '@/live/use-answer'
import { useSettled } from '@/hooks/use-settled'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'
import { isAtLeast, LEVELS } from './levels'
import { LogLevelControl } from './log-level-control'
import { LogLines } from './log-lines'

const FOUND = 500

/** What the plugin said: the tail as it comes, or what is found in all that is kept. */
export function LogsTab({ detail: { view, logs } }: { readonly detail: PluginDetail }): ReactNode {
  const text = useText()
  const say = useSay()
  const [level, setLevel] = useState<LogLevel>('debug')
  const [words, setWords] = useState('')
  const wanted = useSettled(words.trim())
  const searches = wanted !== ''
  const found = useAnswer('logs.search', searches ? { id: view.id, text: wanted, level, limit: FOUND } : null)
  const tail = useMemo(() => logs.filter((line) => isAtLeast(line.level, level)), [logs, level])
  const lines = searches ? (found.value?.toReversed() ?? []) : tail
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <SearchField
          label={text('logs.search')}
          placeholder={text('logs.searchHint')}
          value={words}
          onChange={setWords}
        />
        <SelectField
          label={text('logs.show')}
          hideLabel
          value={level}
          options={LEVELS.map((value) => ({ value, label: text(`logs.from.${value}`) }))}
          onChange={setLevel}
        />
        <p role="status" className="figures text-[13px] text-faint">
          {!searches
            ? text('logs.following')
            : found.value
              ? text('logs.found', { count: lines.length })
              : text('logs.searching')}
        </p>
        <div className="ml-auto">
          <LogLevelControl id={view.id} />
        </div>
      </div>
      {found.error && searches && <p className="text-bad">{say.error(found.error)}</p>}
      {searches && !found.value && !found.error ? (
        <Skeleton className="h-[60dvh]" />
      ) : lines.length === 0 ? (
        <Empty>
          {searches ? text('logs.nothing') : logs.length > 0 ? text('logs.noneOfLevel') : text('logs.empty')}
        </Empty>
      ) : (
        <LogLines lines={lines} label={text('plugin.tab.logs')} withDay={searches} />
      )}
    </div>
  )
}
