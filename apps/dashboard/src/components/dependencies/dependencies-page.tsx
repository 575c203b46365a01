'use client'

import { useState, type ReactNode } from 'react'
import { lazyPart } from '@/components/ui/lazy-part'
import { Empty, Skeleton } from '@/components/ui/panel'
import { PageHeader } from '@/components/ui/page-header'
import { SearchField } from '@/components/ui/search-field'
import { Checkbox } from '@/components/ui/checkbox'
import { useAnswer } from '@/live/use-answer'
import { sortedRows } from '@/live/sorted-rows'
import { useTopic } from '@/live/use-live'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'
import { versionsOf } from './versions'

const GRAPH_HEIGHT = 'h-[calc(100dvh-13rem)] min-h-96'

const DependencyGraph = lazyPart(
  () => import('./dependency-graph').then((module) => module.DependencyGraph),
  <Skeleton className={GRAPH_HEIGHT} />,
)

/** Who needs whom, with the state of each; and what a stop would touch. */
export function DependenciesPage(): ReactNode {
  const text = useText()
  const say = useSay()
  const { state: board } = useTopic('board')
  const [query, setQuery] = useState('')
  const [onlyLinked, setOnlyLinked] = useState(false)
  // Edges change only when plugins come and go.
  const { value: graph, error } = useAnswer('plugins.dependencies', {}, board && versionsOf(sortedRows(board.rows)))
  const edges = graph?.reduce((sum, { needs }) => sum + needs.length, 0) ?? 0
  const linked = new Set(
    graph?.flatMap(({ id, needs }) => (needs.length > 0 ? [id, ...needs.map((need) => need.id)] : [])),
  )
  const shown = graph?.filter(({ id }) => !onlyLinked || linked.has(id))
  return (
    <div className="flex flex-col gap-4">
      <PageHeader
        title={text('nav.dependencies')}
        count={graph ? text('dependencies.count', { plugins: graph.length, edges }) : undefined}
      >
        <Checkbox label={text('dependencies.onlyLinked')} checked={onlyLinked} onChange={setOnlyLinked} />
        <SearchField
          label={text('dependencies.find')}
          placeholder={text('dependencies.find')}
          value={query}
          onChange={setQuery}
        />
      </PageHeader>
      {!shown || !board ? (
        error ? (
          <Empty>{say.error(error)}</Empty>
        ) : (
          <Skeleton className={GRAPH_HEIGHT} />
        )
      ) : shown.length === 0 ? (
        <Empty>{graph?.length === 0 ? text('plugins.empty') : text('dependencies.none')}</Empty>
      ) : (
        <div className={`${GRAPH_HEIGHT} overflow-hidden rounded-lg border bg-surface`}>
          <DependencyGraph nodes={shown} rows={sortedRows(board.rows)} query={query} />
        </div>
      )}
    </div>
  )
}
