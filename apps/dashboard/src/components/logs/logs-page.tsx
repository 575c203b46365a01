'use client'

import type { LogLevel } from '@plugboard/protocol'
import { useMemo, type ReactNode } from 'react'
import { useFrame } from '@/components/charts/data/use-frame'
import { useHistory } from '@/components/charts/data/use-history'
import { useTimeSpan } from '@/components/charts/data/use-time-span'
import { SpanPicker } from '@/components/charts/group/span-picker'
import { Icon } from '@/components/ui/icon'
import { PageHeader } from '@/components/ui/page-header'
import { Skeleton } from '@/components/ui/panel'
import { SearchField } from '@/components/ui/search-field'
import { SelectField } from '@/components/ui/select-field'
import { useQueryParam } from '@/hooks/use-query'
import { useSettled } from '@/hooks/use-settled'
import { rowsById } from '@/live/rows-by-id'
import { sortedRows } from '@/live/sorted-rows'
import { useTopic } from '@/live/use-live'
import { useOperation } from '@/live/use-operation'
import { useServerClock } from '@/live/use-server-clock'
import { useText } from '@/messages/use-text'
import { idsText, parseIds } from '@/navigation/id-list'
import { LevelHistogram } from './level-histogram'
import { LEVELS } from './levels'
import { parseLogWords } from './log-words'
import { LogStream } from './log-stream'

/** Of the histogram: it counts all entries of its time. */
const LOOK_MS = 4_000
const MAX_PLUGINS = 50

/** The entries of several plugins as one stream, with how many there are of each level over time. All of it stands in the address. */
export function LogsPage(): ReactNode {
  const text = useText()
  const call = useOperation()
  const [plugins, setPlugins] = useQueryParam('plugins')
  const [levelText, setLevel] = useQueryParam('level')
  const [words, setWords] = useQueryParam('search')
  const span = useTimeSpan()
  const frame = useFrame(useServerClock(LOOK_MS), span)
  const wanted = useSettled((words ?? '').trim())
  const level = LEVELS.find((one) => one === levelText) ?? 'debug'
  const ids = useMemo(() => parseIds(plugins, MAX_PLUGINS), [plugins])
  const { state: board } = useTopic('board')
  const names = board ? sortedRows(board.rows) : []
  const asked = parseLogWords(wanted, names)
  const ofPlugins = [...new Set([...ids, ...(asked.ids ?? [])])].slice(0, MAX_PLUGINS)
  const filter = {
    level: asked.level ?? level,
    ...(ofPlugins.length > 0 && { ids: ofPlugins }),
    ...(asked.texts.length > 0 && { text: [...asked.texts] }),
    ...(asked.fields.length > 0 && { field: [...asked.fields] }),
  }
  const inTime = { ...filter, ...(span.zoom && { from: span.zoom.from, to: span.zoom.to }) }
  const counted = useHistory(
    JSON.stringify(filter),
    asked.ids !== null && !board ? null : frame,
    async ({ from, to }, of) => ({
      frame: of,
      histogram: await call('logs.histogram', { ...filter, from, to }),
    }),
  )
  const nameOf = (id: string): string => (board && rowsById(board.rows).get(id)?.name) ?? id
  const choose = (next: readonly string[]): void => setPlugins(idsText(next))
  const filterBy = (field: string): void => {
    // Beside what is asked for already; the same field once.
    const [added] = parseLogWords(field, []).fields
    const known = parseLogWords(words ?? '', []).fields
    if (added !== undefined && !known.includes(added)) setWords([words?.trim() ?? '', field].filter(Boolean).join(' '))
  }
  return (
    <div className="flex flex-col gap-3">
      <PageHeader title={text('nav.logs')}>
        <SpanPicker span={span} frame={frame} />
      </PageHeader>
      <div className="flex flex-wrap items-center gap-2">
        <SearchField
          label={text('logs.search')}
          placeholder={text('logs.wordsHint')}
          value={words ?? ''}
          onChange={setWords}
        />
        <SelectField
          label={text('logs.show')}
          hideLabel
          value={level}
          options={LEVELS.map((value) => ({ value, label: text(`logs.from.${value}`) }))}
          onChange={(next: LogLevel) => setLevel(next === 'debug' ? null : next)}
        />
        <SelectField
          label={text('logs.addPlugin')}
          hideLabel
          className="max-w-52"
          value=""
          options={[
            { value: '', label: text(ids.length === 0 ? 'logs.allPlugins' : 'logs.addPlugin') },
            ...names.filter(({ id }) => !ids.includes(id)).map(({ id, name }) => ({ value: id, label: name })),
          ]}
          onChange={(id) => id !== '' && choose([...ids, id])}
        />
        {ids.map((id) => (
          <button
            key={id}
            type="button"
            aria-label={text('logs.withoutPlugin', { name: nameOf(id) })}
            onClick={() => choose(ids.filter((one) => one !== id))}
            className="flex h-8 items-center gap-1 rounded-md bg-accent-soft px-2 text-[13px] font-medium text-accent hover:bg-sunken"
          >
            <bdi className="max-w-40 truncate">{nameOf(id)}</bdi>
            <Icon name="cross" className="size-3" />
          </button>
        ))}
      </div>
      {board && asked.unknown.length > 0 && (
        <p role="status" className="text-[13px] text-warn">
          {text('logs.unknownPlugin', { names: asked.unknown.join(', ') })}
        </p>
      )}
      <LevelHistogram counted={counted} onZoom={span.setZoom} />
      {/* Which plugins are meant is known with the board. */}
      {asked.ids !== null && !board ? (
        <Skeleton className="h-[60dvh]" />
      ) : (
        <LogStream
          key={JSON.stringify(inTime)}
          filter={inTime}
          withDay={span.zoom !== null}
          nameOf={nameOf}
          onField={filterBy}
        />
      )}
    </div>
  )
}
