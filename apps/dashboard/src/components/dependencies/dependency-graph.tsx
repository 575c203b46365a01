'use client'

import type { BoardRow, DependencyView, PluginState } from '@plugboard/protocol'
import {
  Background,
  Controls,
  Handle,
  MarkerType,
  Position,
  ReactFlow,
  type Edge,
  type Node,
  type NodeProps,
} from '@xyflow/react'
import '@xyflow/react/dist/base.css'
import Link from 'next/link'
import { createContext, memo, useContext, useMemo, useState, type ReactNode } from 'react'
import { pluginHref } from '@/navigation/plugin-href'
import { classes } from '@/components/ui/class-names'
import { StateMark } from '@/components/ui/state-mark'
import { useFigures } from '@/format/use-figures'
import { useText } from '@/messages/use-text'
import { dependentsOf, layersOf } from './layers'

type PluginNode = Node<
  {
    readonly id: string
    readonly isTouched: boolean
    readonly isDim: boolean
    readonly isChosen: boolean
  },
  'plugin'
>

const COLUMN_PX = 232
const LAYER_PX = 120
/** More of one layer stand in several lines. */
const PER_LINE = 8
const NODE_TYPES = { plugin: PluginBox }
/** What changes at every tick of the board: boxes read it by themselves. */
const RowsContext = createContext<ReadonlyMap<string, BoardRow>>(new Map())

/** The graph, from what needs nothing at the top downwards. A click on a plugin shows what its stop would touch. */
export function DependencyGraph({
  nodes,
  rows,
  query,
}: {
  readonly nodes: readonly DependencyView[]
  readonly rows: readonly BoardRow[]
  readonly query: string
}): ReactNode {
  const text = useText()
  const figures = useFigures()
  const [chosen, setChosen] = useState<string | null>(null)
  const touched = useMemo(() => (chosen === null ? new Set<string>() : dependentsOf(chosen, nodes)), [chosen, nodes])
  const places = useMemo(() => placesOf(nodes), [nodes])
  const wanted = query.trim().toLowerCase()
  const byId = useMemo(() => new Map(rows.map((row) => [row.id, row])), [rows])
  const names = useNames(rows)

  // Only what the drawing depends on: with new nodes at each tick of the board all of them would be measured anew.
  const flowNodes = useMemo(
    () =>
      nodes.map(({ id }): PluginNode => {
        const name = names.get(id) ?? id
        const matches = wanted === '' || id.includes(wanted) || name.toLowerCase().includes(wanted)
        const isDim = !matches || (chosen !== null && chosen !== id && !touched.has(id))
        return {
          id,
          type: 'plugin',
          position: places.get(id)!,
          selected: chosen === id,
          data: { id, isTouched: touched.has(id), isDim, isChosen: chosen === id },
          ariaLabel: name,
        }
      }),
    [nodes, places, names, wanted, chosen, touched],
  )
  const edges = useMemo(
    () =>
      nodes.flatMap(({ id, needs }) =>
        needs
          .filter((need) => places.has(need.id))
          .map((need): Edge => {
            const isHot =
              chosen !== null && (touched.has(id) || id === chosen) && (touched.has(need.id) || need.id === chosen)
            const color = need.isMet ? (isHot ? 'var(--color-warn)' : 'var(--color-line-strong)') : 'var(--color-bad)'
            return {
              id: `${need.id} ${id}`,
              source: need.id,
              target: id,
              label: need.isMet ? undefined : need.range,
              style: { stroke: color, strokeWidth: isHot ? 2 : 1.25 },
              markerEnd: { type: MarkerType.ArrowClosed, color },
            }
          }),
      ),
    [nodes, places, chosen, touched],
  )
  return (
    <RowsContext value={byId}>
      <div className="relative size-full">
        <ReactFlow
          nodes={flowNodes}
          edges={edges}
          nodeTypes={NODE_TYPES}
          nodesDraggable={false}
          nodesConnectable={false}
          edgesFocusable={false}
          onNodesChange={(changes) => {
            // By a click or by ⏎; what is chosen gives way to the next one.
            const selected = changes.find((change) => change.type === 'select' && change.selected)
            const unselected = changes.some((change) => change.type === 'select' && change.id === chosen)
            if (selected?.type === 'select') setChosen(selected.id)
            else if (unselected) setChosen(null)
          }}
          fitView
          // Prefer panning to text that is too small to read.
          fitViewOptions={{ padding: 0.1, maxZoom: 1, minZoom: 0.6 }}
          minZoom={0.1}
          onlyRenderVisibleElements
          proOptions={{ hideAttribution: true }}
        >
          <Background color="var(--color-line)" gap={24} />
          <Controls showInteractive={false} position="bottom-right" />
        </ReactFlow>
        <p
          role="status"
          className="pointer-events-none absolute bottom-3 left-3 max-w-[70%] rounded-md border bg-raised px-3 py-1.5 text-[13px] text-muted"
        >
          {chosen === null
            ? text('dependencies.chooseHint')
            : touched.size === 0
              ? text('dependencies.stopTouchesNobody', { name: byId.get(chosen)?.name ?? chosen })
              : text('dependencies.stopTouches', {
                  names: figures.list([...touched].map((id) => names.get(id) ?? id)),
                })}
        </p>
      </div>
    </RowsContext>
  )
}

/** The names by id; the same map as long as they are the same. */
function useNames(rows: readonly BoardRow[]): ReadonlyMap<string, string> {
  const key = JSON.stringify(rows.map(({ id, name }) => [id, name]))
  return useMemo(() => new Map(JSON.parse(key) as [string, string][]), [key])
}

function PluginBox({ data }: NodeProps<PluginNode>): ReactNode {
  const row = useContext(RowsContext).get(data.id)
  return (
    <Box
      {...data}
      name={row?.name ?? data.id}
      state={row?.state}
      recovering={row?.nextRestartAt != null}
      version={row?.version}
    />
  )
}

/** Drawn anew only when what it shows is another: the figures of its row change four times a second. */
const Box = memo(function Box({
  id,
  isTouched,
  isDim,
  isChosen,
  name,
  state,
  recovering,
  version,
}: PluginNode['data'] & {
  readonly name: string
  readonly state: PluginState | undefined
  readonly recovering: boolean
  readonly version: string | undefined
}): ReactNode {
  return (
    <div
      className={classes(
        'flex w-50 flex-col gap-1 rounded-lg border bg-raised px-3 py-2',
        isChosen ? 'border-accent' : isTouched ? 'border-warn bg-warn-soft' : 'border-line-strong',
        isDim && 'opacity-45',
      )}
    >
      <Handle type="target" position={Position.Top} className="invisible" />
      <Link href={pluginHref(id, 'dependencies')} className="truncate font-medium hover:underline">
        {name}
      </Link>
      <span className="flex items-center justify-between gap-2 text-[13px]">
        {state && <StateMark state={state} recovering={recovering} />}
        <span className="figures text-faint">{version}</span>
      </span>
      <Handle type="source" position={Position.Bottom} className="invisible" />
    </div>
  )
})

function placesOf(nodes: readonly DependencyView[]): ReadonlyMap<string, { readonly x: number; readonly y: number }> {
  const placed = layersOf(nodes)
  const sizes = new Map<number, number>()
  for (const { layer } of placed) sizes.set(layer, (sizes.get(layer) ?? 0) + 1)
  const linesOf = (layer: number): number => Math.ceil((sizes.get(layer) ?? 0) / PER_LINE)
  const above = (layer: number): number =>
    Array.from({ length: layer }, (_, index) => linesOf(index)).reduce((a, b) => a + b, 0)
  return new Map(
    placed.map(({ id, layer, slot }) => {
      const line = Math.floor(slot / PER_LINE)
      const inLine = Math.min(PER_LINE, sizes.get(layer)! - line * PER_LINE)
      const x = ((slot % PER_LINE) - (inLine - 1) / 2) * COLUMN_PX
      return [id, { x, y: (above(layer) + line) * LAYER_PX }]
    }),
  )
}
