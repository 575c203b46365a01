'use client'

import { reasonOf, type BoardRow } from '@plugboard/protocol'
import Link from 'next/link'
import { memo, type ReactNode } from 'react'
import { ActionButton } from '@/components/actions/action-button'
import { isOffered } from '@/components/actions/plugin-action'
import { Sparkline } from '@/components/charts/draw/sparkline'
import { Checkbox } from '@/components/ui/checkbox'
import { classes } from '@/components/ui/class-names'
import { healthLevel } from '@/components/ui/health-level'
import { HealthMark, StateMark } from '@/components/ui/state-mark'
import type { Figures } from '@/format/figures'
import { useFigures } from '@/format/use-figures'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'
import { COLUMN_LOOKS, type ColumnId } from './columns'
import { NextTry } from './next-try'
import { noteOpened } from '@/navigation/opened-row'
import { pluginHref } from '@/navigation/plugin-href'

const ACTIONS = ['enable', 'restart', 'disable'] as const

interface PluginRowProps {
  readonly row: BoardRow
  readonly uptime: number | null
  readonly columns: readonly ColumnId[]
  readonly selectable: boolean
  readonly withActions: boolean
  readonly template: string
  readonly selected: boolean
  readonly spark: readonly (number | null)[] | undefined
  readonly onSelect: (ids: readonly string[], isSelected: boolean) => void
}

/** One plugin's line. Drawn again only when something in it has changed. */
export const PluginRow = memo(function PluginRow({
  row,
  uptime,
  columns,
  selectable,
  withActions,
  template,
  selected,
  spark,
  onSelect,
}: PluginRowProps): ReactNode {
  const text = useText()
  const say = useSay()
  const figures = useFigures()
  const reason = reasonOf(row)
  const { updatePhase: phase, updateFrom: from, updateTo: to } = row
  const update = phase !== null && from !== null && to !== null ? text(`update.phase.${phase}`, { from, to }) : null
  return (
    <div
      role="presentation"
      className={classes(
        'group/row grid h-full items-center gap-x-3 px-4',
        selected ? 'bg-accent-soft' : 'hover:bg-canvas',
      )}
      style={{ gridTemplateColumns: template }}
    >
      {selectable && (
        <div role="cell">
          <Checkbox
            label={text('plugins.select', { name: row.name })}
            hideLabel
            checked={selected}
            onChange={(checked) => onSelect([row.id], checked)}
          />
        </div>
      )}
      <div role="cell" className="min-w-0">
        <Link
          href={pluginHref(row.id)}
          className="block truncate font-medium hover:underline"
          onClick={() => noteOpened(row.id)}
        >
          <bdi>{row.name}</bdi>
        </Link>
        <span
          className={classes(
            'block truncate text-[13px]',
            reason
              ? healthLevel(row) === 'known'
                ? 'text-muted'
                : reason.level === 'bad'
                  ? 'text-bad'
                  : 'text-warn'
              : update === null
                ? 'text-faint'
                : 'text-accent',
          )}
          title={reason ? say.reason(reason) : undefined}
        >
          {reason ? say.reason(reason) : (update ?? `${row.id} · ${row.version}`)}
        </span>
      </div>
      {columns.map((column) => (
        <div
          key={column}
          role="cell"
          title={exactly(column, row, figures)}
          className={classes('min-w-0 whitespace-nowrap', COLUMN_LOOKS[column].isFigure && 'figures text-right')}
        >
          <Cell column={column} row={row} uptime={uptime} spark={spark} />
        </div>
      ))}
      {withActions && (
        <div
          role="cell"
          className={classes(
            'flex justify-end gap-1',
            // Of those that are well they come when somebody comes near: thousands of buttons are noise.
            !reason &&
              'pointer-fine:opacity-0 pointer-fine:group-hover/row:opacity-100 pointer-fine:group-focus-within/row:opacity-100',
          )}
        >
          {ACTIONS.filter((action) => isOffered(action, row)).map((action) => (
            // Framed where something is wrong: a list of plugins that are well is calm.
            <ActionButton key={action} action={action} plugin={row} size="small" look={reason ? 'plain' : 'quiet'} />
          ))}
        </div>
      )}
    </div>
  )
})

function Cell({
  column,
  row,
  uptime,
  spark,
}: Pick<PluginRowProps, 'row' | 'uptime' | 'spark'> & { readonly column: ColumnId }): ReactNode {
  const figures = useFigures()
  switch (column) {
    case 'state':
      return (
        <span title={row.nextRestartAt === null ? undefined : figures.moment(row.nextRestartAt)}>
          <StateMark state={row.state} recovering={row.nextRestartAt !== null} />
          {row.nextRestartAt !== null && <NextTry at={row.nextRestartAt} short />}
        </span>
      )
    case 'version':
      return <span className="figures block truncate text-muted">{row.version}</span>
    case 'health':
      return <HealthMark level={healthLevel(row)} />
    case 'spark':
      return <Sparkline values={spark ?? []} height={24} />
    case 'events':
      return figures.rate(row.eventsPerSecond)
    case 'errors':
      return figures.percent(row.errorRate60s)
    case 'lost':
      return (
        <span className={row.lostPerMinute > 0 ? 'text-warn' : 'text-faint'}>{figures.count(row.lostPerMinute)}</span>
      )
    case 'memory':
      return figures.bytes(row.memoryBytes)
    case 'cpu':
      return figures.points(row.cpuPercent)
    case 'p95':
      return figures.ms(row.p95Ms)
    case 'mailbox':
      return figures.count(row.mailboxDepth)
    case 'uptime':
      return figures.duration(uptime)
  }
}

/** The value without rounding, shown on hover. */
function exactly(column: ColumnId, row: BoardRow, figures: Figures): string | undefined {
  switch (column) {
    case 'events':
      return figures.exact(row.eventsPerSecond, '/s')
    case 'errors':
      return figures.exact(row.errorRate60s === null ? null : row.errorRate60s * 100, '%')
    case 'memory':
      return figures.exact(row.memoryBytes, 'B')
    case 'cpu':
      return figures.exact(row.cpuPercent, '%')
    case 'p95':
      return figures.exact(row.p95Ms, 'ms')
    case 'version':
      return row.version
    case 'uptime':
      return row.activeSince === null ? undefined : figures.moment(row.activeSince)
    default:
      return undefined
  }
}
