'use client'

import type { LogLevel, PluginDetail } from '@plugboard/protocol'
import { useMemo, useState, type ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { Empty, Skeleton } from '@/components/ui/panel'
import { SearchField } from '@/components/ui/search-field'
import { SelectField } from '@/components/ui/select-field'
import { useOnline } from '@/live/use-live'
import { usePages } from '@/live/use-pages'
import { useSettled } from '@/hooks/use-settled'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'
import { isAtLeast, LEVELS } from './levels'
import { LogLevelControl } from './log-level-control'
import { LogLines } from './log-lines'

/** Of stored entries that are read at once. */
const PAGE = 500

/** What the plugin said: the tail as it comes, or what is stored, searched and up to a moment. */
export function LogsTab({ detail: { view, logs } }: { readonly detail: PluginDetail }): ReactNode {
  const text = useText()
  const say = useSay()
  const online = useOnline()
  const [level, setLevel] = useState<LogLevel>('debug')
  const [words, setWords] = useState('')
  /** As a `datetime-local` field holds it. */
  const [until, setUntil] = useState('')
  /** The oldest entry of the tail when older ones were asked for. */
  const [olderThan, setOlderThan] = useState<number | null>(null)
  const wanted = useSettled(words.trim())
  const to = Date.parse(until)
  const search = { ...(wanted !== '' && { text: wanted }), ...(!Number.isNaN(to) && { to }) }
  const isStored = Object.keys(search).length > 0 || olderThan !== null
  const { rows, error, hasMore, isLoading, loadMore } = usePages(
    'logs.search',
    isStored ? { id: view.id, level, limit: PAGE, ...search } : null,
  )
  const tail = useMemo(() => logs.filter((line) => isAtLeast(line.level, level)), [logs, level])
  const lines = isStored ? (rows?.toReversed() ?? []) : tail
  const followAgain = (): void => {
    setWords('')
    setUntil('')
    setOlderThan(null)
  }
  const older = isStored ? hasMore : lines.length > 0
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
        <label className="flex items-center gap-2 text-[13px] text-muted">
          {text('logs.until')}
          <input
            type="datetime-local"
            step="1"
            value={until}
            onChange={({ target }) => setUntil(target.value)}
            className="figures h-8 rounded-md border border-line-strong bg-surface px-2 text-ink"
          />
        </label>
        <p role="status" className="figures text-[13px] text-faint">
          {!isStored
            ? text('logs.following')
            : rows
              ? text(hasMore ? 'logs.foundMore' : 'logs.found', { count: lines.length })
              : text('logs.searching')}
        </p>
        {isStored && (
          <Button size="small" onClick={followAgain}>
            {text('logs.followAgain')}
          </Button>
        )}
        <div className="ml-auto">
          <LogLevelControl id={view.id} />
        </div>
      </div>
      {error && isStored && <p className="text-bad">{say.error(error)}</p>}
      {isStored && !rows && !error ? (
        <Skeleton className="h-[60dvh]" />
      ) : lines.length === 0 ? (
        <Empty>
          {isStored ? text('logs.nothing') : logs.length > 0 ? text('logs.noneOfLevel') : text('logs.empty')}
        </Empty>
      ) : (
        <LogLines
          key={isStored ? JSON.stringify([level, search]) : 'tail'}
          lines={lines}
          label={text('plugin.tab.logs')}
          withDay={isStored}
          startAt={isStored && Object.keys(search).length === 0 ? olderThan : null}
          top={
            older && (
              <Button
                size="small"
                className="mb-2 font-sans"
                pending={isLoading}
                disabled={!online}
                onClick={() => (isStored ? loadMore() : setOlderThan(lines[0]!.at))}
              >
                {text('history.more')}
              </Button>
            )
          }
        />
      )}
    </div>
  )
}
