'use client'

import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'
import { lazyDialog } from '@/components/ui/lazy-part'
import { PageHeader } from '@/components/ui/page-header'
import { Empty, Skeleton } from '@/components/ui/panel'
import { SearchField } from '@/components/ui/search-field'
import { sortedRows } from '@/live/sorted-rows'
import { useMay, useTopic } from '@/live/use-live'
import { useQueryParam } from '@/hooks/use-query'
import { useWhyNot } from '@/components/feedback/use-why-not'
import { useText } from '@/messages/use-text'
import { BulkBar } from './bulk-bar'
import { formatSorting, parseSorting, sortRows } from './columns'
import { keepListHref } from '@/navigation/list-href'
import { parseFilter, unknownWords } from './plugin-filter'
import { PluginTable } from './plugin-table'
import { useColumns } from './use-columns'

const InstallDialog = lazyDialog(() =>
  import('@/components/versions/install-dialog').then((module) => module.InstallDialog),
)
const LoadDialog = lazyDialog(() => import('./load-dialog').then((module) => module.LoadDialog))
const ColumnsDialog = lazyDialog(() => import('./columns-dialog').then((module) => module.ColumnsDialog))

const NOBODY: ReadonlySet<string> = new Set()

/** Every plugin; filter, order and the open dialog stand in the address. */
export function PluginsPage(): ReactNode {
  const text = useText()
  const mayLoad = useMay('plugins.load')
  const whyNotLoad = useWhyNot('plugins.load')
  const { state: board, at } = useTopic('board')
  const [filterText, setFilter] = useQueryParam('filter')
  const [sortText, setSort] = useQueryParam('sort')
  const [loadOpen, setLoadOpen] = useQueryParam('load')
  const mayInstall = useMay('versions.install')
  const whyNotInstall = useWhyNot('versions.install')
  const [installOpen, setInstallOpen] = useQueryParam('install')
  const [selected, setSelected] = useState(NOBODY)
  const select = useCallback(
    (ids: readonly string[], isSelected: boolean) => setSelected((before) => withMembers(before, ids, isSelected)),
    [],
  )
  const [choosing, setChoosing] = useState(false)
  const place = useRef<HTMLDivElement>(null)
  const { chosen, shown: columns, selectable, withActions, choose } = useColumns(place)
  const filter = filterText ?? ''
  useEffect(() => keepListHref(), [filterText, sortText])
  const unknown = unknownWords(filter)
  const sorting = useMemo(() => parseSorting(sortText), [sortText])
  const rows = board ? sortedRows(board.rows) : null
  const matching = useMemo(() => rows?.filter(parseFilter(filter, at ?? 0)) ?? null, [rows, filter, at])
  const shown = useMemo(() => matching && sortRows(matching, sorting), [matching, sorting])

  return (
    <div ref={place} className="flex flex-col gap-4">
      <PageHeader
        title={text('plugins.title')}
        count={
          rows && shown ? text('plugins.count', { shown: String(shown.length), total: String(rows.length) }) : undefined
        }
      >
        <SearchField
          label={text('plugins.filterLabel')}
          placeholder={text('plugins.filter')}
          value={filter}
          onChange={setFilter}
        />
        <Button className="max-sm:hidden" onClick={() => setChoosing(true)}>
          <Icon name="columns" />
          {text('plugins.columns')}
        </Button>
        <Button disabled={!mayInstall} title={whyNotInstall} onClick={() => setInstallOpen('1')}>
          {text('versions.install')}
        </Button>
        <Button look="primary" disabled={!mayLoad} title={whyNotLoad} onClick={() => setLoadOpen('1')}>
          {text('plugins.load')}
        </Button>
      </PageHeader>
      {unknown.length > 0 && (
        <p role="status" className="text-[13px] text-warn">
          {text('plugins.unknownFilter', { words: unknown.join(', ') })}
        </p>
      )}
      {shown === null ? (
        <Skeleton className="h-64 rounded-lg" />
      ) : shown.length > 0 ? (
        <PluginTable
          rows={shown}
          columns={columns}
          selectable={selectable}
          withActions={withActions}
          sorting={sorting}
          selected={selected}
          onSelect={select}
          onSort={(next) => setSort(next && formatSorting(next))}
        />
      ) : (
        <Empty>
          <p>{rows?.length === 0 ? text('plugins.empty') : text('plugins.noMatch')}</p>
          {rows?.length === 0 ? (
            <Button disabled={!mayLoad} onClick={() => setLoadOpen('1')}>
              {text('plugins.load')}
            </Button>
          ) : (
            <Button onClick={() => setFilter('')}>{text('plugins.clearFilter')}</Button>
          )}
        </Empty>
      )}
      <BulkBar selected={rows?.filter(({ id }) => selected.has(id)) ?? []} onClear={() => setSelected(NOBODY)} />
      {installOpen !== null && <InstallDialog onClose={() => setInstallOpen(null)} />}
      {loadOpen !== null && <LoadDialog onClose={() => setLoadOpen(null)} />}
      {choosing && <ColumnsDialog chosen={chosen} onChoose={choose} onClose={() => setChoosing(false)} />}
    </div>
  )
}

function withMembers(before: ReadonlySet<string>, ids: readonly string[], areMembers: boolean): ReadonlySet<string> {
  const next = new Set(before)
  for (const id of ids) {
    if (areMembers) next.add(id)
    else next.delete(id)
  }
  return next
}
