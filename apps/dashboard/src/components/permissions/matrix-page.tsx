'use client'

import Link from 'next/link'
import { useMemo, type ReactNode } from 'react'
import { classes } from '@/components/ui/class-names'
import { PageHeader } from '@/components/ui/page-header'
import { Empty, Skeleton } from '@/components/ui/panel'
import { SelectField } from '@/components/ui/select-field'
import { useFigures } from '@/format/use-figures'
import { useQueryParam } from '@/hooks/use-query'
import { useAnswer } from '@/live/use-answer'
import { sortedRows } from '@/live/sorted-rows'
import { useTopic } from '@/live/use-live'
import { useServerClock } from '@/live/use-server-clock'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'
import { pluginHref } from '@/navigation/plugin-href'
import {
  differs,
  EVERYWHERE,
  FACETS,
  facetsOf,
  reachOf,
  type Facet,
  type FacetPart,
  type Facets,
  type FacetStatus,
} from './facets'

/** Permissions change when somebody grants them, elsewhere perhaps. */
const LOOK_MS = 10_000

interface Line {
  readonly id: string
  readonly name: string
  readonly facets: Facets
}

/** What each plugin can reach: who has the network, who may write where. */
export function MatrixPage(): ReactNode {
  const text = useText()
  const say = useSay()
  const [which, setWhich] = useQueryParam('access')
  const tick = useServerClock(LOOK_MS)
  const { value, error } = useAnswer('permissions.list', {}, Math.floor(tick / LOOK_MS))
  const { state: board } = useTopic('board')
  const lines = useMemo(() => {
    const names = new Map(board ? sortedRows(board.rows).map(({ id, name }) => [id, name]) : [])
    const all = (value ?? []).map(({ id, ...view }): Line => ({
      id,
      name: names.get(id) ?? id,
      facets: facetsOf(view),
    }))
    return all.toSorted((a, b) => reachOf(b.facets) - reachOf(a.facets) || a.name.localeCompare(b.name))
  }, [value, board])
  const facet = FACETS.find((one) => one === which)
  const shown = lines.filter(({ facets }) =>
    facet ? facets[facet].length > 0 : which !== 'differs' || differs(facets),
  )
  return (
    <div className="flex flex-col gap-4">
      <PageHeader
        title={text('nav.permissions')}
        {...(value && { count: text('matrix.count', { shown: String(shown.length), total: String(lines.length) }) })}
      >
        <SelectField
          label={text('matrix.which')}
          hideLabel
          value={facet ?? (which === 'differs' ? which : '')}
          options={[
            { value: '', label: text('matrix.any') },
            ...FACETS.map((one) => ({
              value: one,
              label: text('matrix.with', { facet: text(`matrix.facet.${one}`) }),
            })),
            { value: 'differs', label: text('matrix.unusual') },
          ]}
          onChange={(next) => setWhich(next === '' ? null : next)}
        />
      </PageHeader>
      {!value ? (
        error ? (
          <Empty>{say.error(error)}</Empty>
        ) : (
          <Skeleton className="h-96 rounded-lg" />
        )
      ) : shown.length === 0 ? (
        <Empty>{text(lines.length === 0 ? 'matrix.none' : 'matrix.noMatch')}</Empty>
      ) : (
        <Matrix lines={shown} />
      )}
      <StatusLegend />
      <p className="text-[13px] text-faint">{text('matrix.note')}</p>
    </div>
  )
}

function Matrix({ lines }: { readonly lines: readonly Line[] }): ReactNode {
  const text = useText()
  return (
    <div tabIndex={0} className="overflow-x-auto rounded-lg border bg-surface">
      <table className="w-full text-left">
        <thead>
          <tr className="border-b bg-canvas text-[13px] text-muted">
            <th className="sticky left-0 h-9 bg-canvas px-4 font-medium">{text('matrix.plugin')}</th>
            {FACETS.map((facet) => (
              <th key={facet} className="h-9 px-4 font-medium whitespace-nowrap">
                {text(`matrix.facet.${facet}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y">
          {lines.map(({ id, name, facets }) => (
            <tr key={id} className="align-top">
              <th scope="row" className="sticky left-0 max-w-56 bg-surface px-4 py-2 text-left font-medium">
                <Link href={pluginHref(id, 'permissions')} className="block truncate hover:underline">
                  <bdi>{name}</bdi>
                </Link>
              </th>
              {FACETS.map((facet) => (
                <td key={facet} className="px-4 py-2">
                  <Cell facet={facet} parts={facets[facet]} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** A shape for each, so that none is told by its colour alone. */
const SIGNS: Readonly<Record<FacetStatus, { readonly sign: string; readonly ink: string }>> = {
  granted: { sign: '●', ink: 'text-ink' },
  missing: { sign: '○', ink: 'text-bad' },
  extra: { sign: '◆', ink: 'text-warn' },
}

function Cell({ facet, parts }: { readonly facet: Facet; readonly parts: readonly FacetPart[] }): ReactNode {
  const text = useText()
  const figures = useFigures()
  if (parts.length === 0)
    return (
      <span aria-label={text('plugin.nothing')} className="text-faint">
        –
      </span>
    )
  return (
    <ul className="flex flex-col gap-0.5">
      {parts.map(({ status, folder, bytes }) => (
        <li
          key={`${status} ${folder} ${bytes}`}
          title={text(`matrix.status.${status}`)}
          className={classes('flex items-baseline gap-1.5', SIGNS[status].ink)}
        >
          <span aria-hidden className="text-xs">
            {SIGNS[status].sign}
          </span>
          <span className="sr-only">{text(`matrix.status.${status}`)}</span>
          {folder === EVERYWHERE
            ? text('matrix.everywhere')
            : folder !== null && (
                <code className="max-w-64 truncate text-xs" title={folder}>
                  {folder}
                </code>
              )}
          {facet === 'memory' && <span className="figures whitespace-nowrap">{figures.bytes(bytes)}</span>}
        </li>
      ))}
    </ul>
  )
}

function StatusLegend(): ReactNode {
  const text = useText()
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 text-[13px] text-muted">
      {(Object.keys(SIGNS) as FacetStatus[]).map((status) => (
        <li key={status} className="flex items-baseline gap-1.5">
          <span aria-hidden className={classes('text-xs', SIGNS[status].ink)}>
            {SIGNS[status].sign}
          </span>
          {text(`matrix.status.${status}`)}
        </li>
      ))}
    </ul>
  )
}
