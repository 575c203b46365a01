'use client'

import type { BoardRow, LetterGroupView } from '@plugboard/protocol'
import { useState, type ReactNode } from 'react'
import { MoreRows } from '@/components/feedback/more-rows'
import { Skeleton } from '@/components/ui/panel'
import { useFigures } from '@/format/use-figures'
import { usePages } from '@/live/use-pages'
import { usePluginRow } from '@/live/use-plugin-row'
import { useText } from '@/messages/use-text'
import type { EditedLetter } from './edit-dialog'
import { GroupActions } from './group-actions'
import { Letter } from './letter'
import { useLettersVersion } from './use-letter-groups'

const PAGE = 20

/** Letters that failed for one cause: how many, since when, and when it is open the letters themselves. */
export function LetterGroup({
  group,
  namesPlugin,
  isOpen,
  onEdit,
  onToggle,
  onChange,
}: {
  readonly group: LetterGroupView
  readonly namesPlugin: boolean
  readonly isOpen: boolean
  readonly onEdit: (edited: EditedLetter) => void
  readonly onToggle: (isOpen: boolean) => void
  readonly onChange: () => void
}): ReactNode {
  const text = useText()
  const figures = useFigures()
  const { pluginId, reason, error, place, letters, types, firstAt, lastAt } = group
  const plugin = usePluginRow(pluginId)
  return (
    <li>
      {/* Not by `onToggle`, which also tells of what the address has opened. */}
      <details className="group" open={isOpen}>
        <summary
          className="flex cursor-pointer gap-3 px-4 py-3 hover:bg-sunken"
          onClick={(event) => {
            event.preventDefault()
            onToggle(!isOpen)
          }}
        >
          <span aria-hidden className="self-start text-faint group-open:rotate-90">
            ▸
          </span>
          <span className="flex min-w-0 flex-1 flex-col gap-0.5">
            <span className="flex flex-wrap items-baseline justify-between gap-x-4">
              <bdi className="min-w-0 flex-1 basis-72 truncate font-medium text-bad" title={error.message}>
                {error.name === 'NonError' ? error.message : `${error.name}: ${error.message}`}
              </bdi>
              <span className="figures shrink-0 text-muted">{text('deadLetters.count', { count: letters })}</span>
            </span>
            <span className="flex flex-wrap items-baseline gap-x-3 text-[13px] text-muted">
              {namesPlugin && <bdi className="max-w-60 truncate text-ink">{plugin?.name ?? pluginId}</bdi>}
              {place !== null && <span className="font-mono text-xs">{place}</span>}
              <span className="min-w-0 truncate font-mono text-xs">{types.join(', ')}</span>
              {reason !== 'handler-failed' && <span>{text(`deadLetters.reason.${reason}`)}</span>}
              <time className="figures ml-auto shrink-0 text-faint" title={figures.moment(lastAt)}>
                {figures.when(firstAt) !== figures.when(lastAt)
                  ? text('deadLetters.between', { first: figures.when(firstAt), last: figures.when(lastAt) })
                  : figures.when(lastAt)}
              </time>
            </span>
          </span>
        </summary>
        {isOpen && (
          <div className="flex flex-col gap-3 px-4 pt-3 pb-4 sm:pl-10">
            <GroupActions group={group} plugin={plugin} onChange={onChange} />
            <Letters group={group} plugin={plugin} onEdit={onEdit} onChange={onChange} />
          </div>
        )}
      </details>
    </li>
  )
}

function Letters({
  group: { pluginId: id, key: group },
  plugin,
  onEdit,
  onChange,
}: {
  readonly group: LetterGroupView
  readonly plugin: BoardRow | undefined
  readonly onEdit: (edited: EditedLetter) => void
  readonly onChange: () => void
}): ReactNode {
  const version = useLettersVersion(plugin ? [plugin] : [])
  const { rows, ...more } = usePages('deadLetters.list', { id, group, limit: PAGE }, version)
  // Only the one that is the newest at first is open: later ones do not unfold under the pointer.
  const [first, setFirst] = useState<string | null>(null)
  const newest = rows?.[0]?.id
  if (first === null && newest !== undefined) setFirst(newest)
  if (!rows && !more.error) return <Skeleton className="h-40" />
  return (
    <>
      <ul className="divide-y rounded-md border">
        {rows?.map((letter) => (
          <Letter
            key={letter.id}
            id={id}
            letter={letter}
            canReplay={plugin?.state === 'active'}
            isOpen={letter.id === (first ?? newest)}
            onEdit={onEdit}
            onChange={onChange}
          />
        ))}
      </ul>
      <MoreRows {...more} />
    </>
  )
}
