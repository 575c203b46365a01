'use client'

import dynamic from 'next/dynamic'
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { Empty, Skeleton } from '@/components/ui/panel'
import { sortedRows, useMay, useTopic } from '@/live/use-live'
import { useText } from '@/messages/use-text'
import { parseFilter } from './plugin-filter'
import { PluginTable } from './plugin-table'

const LoadDialog = dynamic(() => import('./load-dialog').then((module) => module.LoadDialog), { ssr: false })

export function PluginsPage(): ReactNode {
  const text = useText()
  const allowed = useMay('plugins.load')
  const { state: board } = useTopic('board')
  const [filter, setFilter] = useState('')
  const [loading, setLoading] = useState(false)
  const rows = board ? sortedRows(board.rows) : null
  const shown = useMemo(() => rows?.filter(parseFilter(filter)) ?? null, [rows, filter])

  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center gap-3">
        <h1 className="mr-auto text-lg font-semibold">
          {text('plugins.title')}
          {rows && shown && (
            <span className="figures ml-2 text-[13px] font-normal text-faint">
              {text('plugins.count', { shown: String(shown.length), total: String(rows.length) })}
            </span>
          )}
        </h1>
        <FilterField value={filter} onChange={setFilter} />
        <Button look="primary" disabled={!allowed} onClick={() => setLoading(true)}>
          {text('plugins.load')}
        </Button>
      </div>
      {shown === null ? (
        <Skeleton className="h-64 rounded-lg" />
      ) : shown.length > 0 ? (
        <PluginTable rows={shown} />
      ) : (
        <Empty>
          <p>{rows?.length === 0 ? text('plugins.empty') : text('plugins.noMatch')}</p>
          {rows?.length === 0 ? (
            <Button onClick={() => setLoading(true)}>{text('plugins.load')}</Button>
          ) : (
            <Button onClick={() => setFilter('')}>{text('plugins.clearFilter')}</Button>
          )}
        </Empty>
      )}
      {loading && <LoadDialog onClose={() => setLoading(false)} />}
    </div>
  )
}

/** `/` brings the cursor here, Escape empties it. */
function FilterField({
  value,
  onChange,
}: {
  readonly value: string
  readonly onChange: (value: string) => void
}): ReactNode {
  const text = useText()
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const typing = event.target instanceof HTMLElement && event.target.closest('input, textarea, [contenteditable]')
      if (event.key !== '/' || typing) return
      event.preventDefault()
      field.current?.focus()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
  return (
    <input
      ref={field}
      type="search"
      value={value}
      aria-label={text('plugins.filterLabel')}
      placeholder={text('plugins.filter')}
      onChange={(event) => onChange(event.target.value)}
      onKeyDown={(event) => event.key === 'Escape' && onChange('')}
      className="h-8 w-full rounded-md border border-line-strong bg-surface px-3 sm:w-80"
    />
  )
}
