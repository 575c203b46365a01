'use client'

import type { PluginDetail } from '@plugboard/protocol'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { pluginHref } from '@/navigation/plugin-href'
import { Empty, Panel, Skeleton } from '@/components/ui/panel'
import { StateMark } from '@/components/ui/state-mark'
import { useFigures } from '@/format/use-figures'
import { useAnswer } from '@/live/use-answer'
import { sortedRows } from '@/live/sorted-rows'
import { useTopic } from '@/live/use-live'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'
import { dependentsOf } from './graph-layout'
import { versionsOf } from './versions'

/** What a plugin needs, what needs it, and what a stop of it would touch. */
export function DependenciesTab({ detail: { view } }: { readonly detail: PluginDetail }): ReactNode {
  const text = useText()
  const figures = useFigures()
  const say = useSay()
  const { state: board } = useTopic('board')
  const { value: graph, error } = useAnswer('plugins.dependencies', {}, board && versionsOf(sortedRows(board.rows)))
  if (!graph) return error ? <Empty>{say.error(error)}</Empty> : <Skeleton className="h-40" />
  const own = graph.find(({ id }) => id === view.id)
  const direct = graph.filter(({ needs }) => needs.some(({ id }) => id === view.id))
  const touched = dependentsOf(view.id, graph)
  const rows = new Map((board ? sortedRows(board.rows) : []).map((row) => [row.id, row]))
  const nameOf = (id: string): string => rows.get(id)?.name ?? id
  const line = (id: string, note: ReactNode): ReactNode => {
    const row = rows.get(id)
    return (
      <li key={id} className="flex flex-wrap items-center gap-x-4 py-2">
        <Link href={pluginHref(id)} className="w-48 truncate font-medium hover:underline">
          <bdi>{nameOf(id)}</bdi>
        </Link>
        {row && <StateMark state={row.state} recovering={row.nextRestartAt !== null} className="w-28" />}
        <span className="figures text-[13px] text-muted">{note}</span>
      </li>
    )
  }
  return (
    <div className="grid items-start gap-4 xl:grid-cols-2">
      <Panel title={text('dependencies.needs')}>
        {!own || own.needs.length === 0 ? (
          <p className="text-muted">{text('dependencies.needsNothing')}</p>
        ) : (
          <ul className="divide-y">
            {own.needs.map(({ id, range, found, isEnabled, isMet }) =>
              line(
                id,
                isMet ? (
                  text('dependencies.met', { range, found: found ?? '' })
                ) : (
                  <span className="text-bad">
                    {found === null
                      ? text('dependencies.notLoaded', { range })
                      : isEnabled
                        ? text('dependencies.wrongVersion', { range, found })
                        : text('dependencies.disabled', { range, found })}
                  </span>
                ),
              ),
            )}
          </ul>
        )}
      </Panel>
      <Panel title={text('dependencies.neededBy')}>
        {direct.length === 0 ? (
          <p className="text-muted">{text('dependencies.neededByNobody')}</p>
        ) : (
          <ul className="divide-y">
            {direct.map(({ id, needs }) => line(id, needs.find((need) => need.id === view.id)?.range))}
          </ul>
        )}
        {touched.size > 0 && (
          <p className="mt-3 text-warn">
            {text('dependencies.stopTouches', { names: figures.list([...touched].map(nameOf)) })}
          </p>
        )}
      </Panel>
    </div>
  )
}
