'use client'

import type { BoardRow } from '@plugboard/protocol'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useRouter } from 'next/navigation'
import { useEffect, useEffectEvent, useMemo, useRef, useState, type ReactNode } from 'react'
import { Checkbox } from '@/components/ui/checkbox'
import { classes } from '@/components/ui/class-names'
import { useKeys } from '@/hooks/use-keys'
import { useServerClock } from '@/live/use-server-clock'
import { useText } from '@/messages/use-text'
import { COLUMN_LOOKS, nextSorting, type ColumnId, type Sorting, type SortKey } from './columns'
import { lastOpened, noteOpened } from '@/navigation/opened-row'
import { pluginHref } from '@/navigation/plugin-href'
import { PluginRow } from './plugin-row'
import { useSparklines } from './use-sparklines'

const ROW_HEIGHT = 48

export interface PluginTableProps {
  /** In the order they are shown. */
  readonly rows: readonly BoardRow[]
  readonly columns: readonly ColumnId[]
  readonly selectable: boolean
  readonly withActions: boolean
  readonly sorting: Sorting | null
  readonly selected: ReadonlySet<string>
  readonly onSelect: (ids: readonly string[], isSelected: boolean) => void
  readonly onSort: (sorting: Sorting | null) => void
}

/** All plugins; only the rows on screen are drawn. `j` and `k` walk, ⏎ opens, `x` selects. */
export function PluginTable({
  rows: sorted,
  columns,
  selectable,
  withActions,
  sorting,
  selected,
  onSelect,
  onSort,
}: PluginTableProps): ReactNode {
  const text = useText()
  const now = useServerClock()
  const [isPointedAt, setPointedAt] = useState(false)
  const rows = useHeldOrder(sorted, isPointedAt)
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => rows[index]!.id,
    overscan: 6,
  })
  const cursor = useCursor(rows, { selected, onSelect }, (index) => virtual.scrollToIndex(index))
  const items = virtual.getVirtualItems()
  const sparklines = useSparklines(
    items.map(({ index }) => rows[index]!),
    columns.includes('spark'),
  )
  const template = templateOf(columns, { selectable, withActions })
  const selectedCount = rows.filter(({ id }) => selected.has(id)).length

  return (
    <div
      role="table"
      aria-label={text('plugins.title')}
      aria-rowcount={rows.length + 1}
      className="overflow-hidden rounded-lg border bg-surface"
    >
      <div role="rowgroup">
        <div
          role="row"
          aria-rowindex={1}
          className="grid h-9 items-center gap-x-3 border-b bg-canvas px-4 text-[13px] font-medium text-muted"
          style={{ gridTemplateColumns: template }}
        >
          {selectable && (
            <div role="columnheader">
              <Checkbox
                label={text('plugins.selectAll')}
                hideLabel
                checked={rows.length > 0 && selectedCount === rows.length}
                mixed={selectedCount > 0}
                onChange={(checked) =>
                  onSelect(
                    rows.map(({ id }) => id),
                    checked,
                  )
                }
              />
            </div>
          )}
          <Head column="name" sorting={sorting} onSort={onSort} />
          {columns.map((column) =>
            column === 'spark' ? (
              <div key={column} role="columnheader">
                {text('plugins.column.spark')}
              </div>
            ) : (
              <Head
                key={column}
                column={column}
                sorting={sorting}
                isFigure={COLUMN_LOOKS[column].isFigure}
                onSort={onSort}
              />
            ),
          )}
          {withActions && (
            <div role="columnheader">
              <span className="sr-only">{text('plugins.actions')}</span>
            </div>
          )}
        </div>
      </div>
      <div
        ref={scroller}
        role="rowgroup"
        onPointerEnter={() => setPointedAt(true)}
        onPointerLeave={() => setPointedAt(false)}
        className="max-h-[calc(100dvh-180px)] overflow-y-auto"
      >
        <div className="relative" style={{ height: virtual.getTotalSize() }}>
          {items.map(({ index, start }) => {
            const row = rows[index]!
            const uptime = row.activeSince === null ? null : Math.max(0, Math.floor((now - row.activeSince) / 1_000))
            return (
              <div
                key={row.id}
                role="row"
                aria-rowindex={index + 2}
                aria-selected={selected.has(row.id)}
                data-row={row.id}
                className={classes(
                  'absolute inset-x-0 border-b last:border-b-0',
                  cursor === row.id && 'shadow-[inset_3px_0_0_var(--color-accent)]',
                )}
                style={{ height: ROW_HEIGHT, transform: `translateY(${start}px)` }}
              >
                <PluginRow
                  row={row}
                  uptime={uptime}
                  columns={columns}
                  selectable={selectable}
                  withActions={withActions}
                  template={template}
                  selected={selected.has(row.id)}
                  spark={sparklines.get(row.id)}
                  onSelect={onSelect}
                />
              </div>
            )
          })}
        </div>
      </div>
    </div>
  )
}

function Head({
  column,
  sorting,
  isFigure = false,
  onSort,
}: {
  readonly column: SortKey
  readonly sorting: Sorting | null
  readonly isFigure?: boolean
  readonly onSort: (sorting: Sorting | null) => void
}): ReactNode {
  const text = useText()
  const own = sorting?.key === column ? sorting : null
  const name = text(`plugins.column.${column}`)
  return (
    <div
      role="columnheader"
      aria-sort={own === null ? 'none' : own.descending ? 'descending' : 'ascending'}
      className={classes('flex', isFigure && 'justify-end')}
    >
      <button
        type="button"
        onClick={() => onSort(nextSorting(sorting, column))}
        aria-label={text('plugins.sortBy', { column: name })}
        className="-mx-1 rounded px-1 whitespace-nowrap hover:text-ink"
      >
        {name}
        {own !== null && <span aria-hidden> {own.descending ? '↓' : '↑'}</span>}
      </button>
    </div>
  )
}

/** While the pointer is over the rows they do not move, so that a click hits the row that was meant. */
function useHeldOrder(rows: readonly BoardRow[], isHeld: boolean): readonly BoardRow[] {
  const [order, setOrder] = useState<readonly string[] | null>(null)
  if (isHeld !== (order !== null)) setOrder(isHeld ? rows.map(({ id }) => id) : null)
  return useMemo(() => {
    if (!order) return rows
    const byId = new Map(rows.map((row) => [row.id, row]))
    const held = order.flatMap((id) => byId.get(id) ?? [])
    const known = new Set(order)
    return [...held, ...rows.filter(({ id }) => !known.has(id))]
  }, [rows, order])
}

/**
 * The current row of the keyboard, by plugin id, so that it stays the same plugin while rows move. The link of the row
 * has the focus. At first it is the row of the plugin that one comes back from.
 */
function useCursor(
  rows: readonly BoardRow[],
  { selected, onSelect }: Pick<PluginTableProps, 'selected' | 'onSelect'>,
  show: (index: number) => void,
): string | null {
  const router = useRouter()
  const [cursor, setCursor] = useState(lastOpened)
  const at = rows.findIndex(({ id }) => id === cursor)
  const goTo = (index: number): void => {
    show(index)
    // It may have to be drawn first.
    requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-row="${rows[index]!.id}"] a`)?.focus())
  }
  const move = (by: number): void => {
    const next = Math.min(rows.length - 1, Math.max(0, at + by))
    const row = rows[next]
    if (!row) return
    setCursor(row.id)
    goTo(next)
  }
  const comeBack = useEffectEvent(() => {
    if (at >= 0 && document.activeElement === document.body) goTo(at)
  })
  useEffect(() => comeBack(), [])
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    ...(at >= 0 && {
      x: () => onSelect([rows[at]!.id], !selected.has(rows[at]!.id)),
      // Where the focus has gone elsewhere; its own link does so by itself.
      Enter: () => {
        noteOpened(rows[at]!.id)
        router.push(pluginHref(rows[at]!.id))
      },
    }),
    Escape: () => {
      if (selected.size > 0) onSelect([...selected], false)
      else setCursor(null)
    },
  })
  return cursor
}

/** The same grid for the head and every row. */
function templateOf(
  columns: readonly ColumnId[],
  { selectable, withActions }: { readonly selectable: boolean; readonly withActions: boolean },
): string {
  const widths = columns.map((column) => `${COLUMN_LOOKS[column].width}rem`)
  const ends = [selectable && '1rem', 'minmax(7rem, 1fr)', ...widths, withActions && '10.5rem']
  return ends.filter((width) => width !== false).join(' ')
}
