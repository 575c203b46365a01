'use client'

import type { BoardRow, DependencyView, PluginState } from '@plugboard/protocol'
import {
  Background,
  BaseEdge,
  Controls,
  Handle,
  MarkerType,
  Position,
  ReactFlow,
  type Edge,
  type EdgeProps,
  type Node,
  type NodeProps,
  useReactFlow,
} from '@xyflow/react'
import '@xyflow/react/dist/base.css'
import Link from 'next/link'
import { createContext, memo, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { pluginHref } from '@/navigation/plugin-href'
import { classes } from '@/components/ui/class-names'
import { StateMark } from '@/components/ui/state-mark'
import { useFigures } from '@/format/use-figures'
import { useWidth } from '@/hooks/use-width'
import { useText } from '@/messages/use-text'
import { BOX, dependentsOf, edgeKey, layOut, type Point } from './graph-layout'

type PluginNode = Node<
  {
    readonly id: string
    readonly isTouched: boolean
    readonly isDim: boolean
    readonly isChosen: boolean
  },
  'plugin'
>

type WayEdge = Edge<{ readonly way: readonly Point[] }, 'way'>

/** Smaller text is not readable: then the graph is larger than its place, and is moved. */
const SMALLEST_ZOOM = 0.85
const TOP_PX = 24
const LABEL = { fill: 'var(--color-muted)', fontSize: 11 }
const LABEL_BACK = { fill: 'var(--color-surface)' }
const EDGE_TYPES = { way: WayLine }
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
  const place = useRef<HTMLDivElement>(null)
  const perLine = Math.max(1, Math.floor(useWidth(place) / SMALLEST_ZOOM / (BOX.width + 40)))
  const { places, ways } = useMemo(() => layOut(nodes, perLine), [nodes, perLine])
  const wanted = query.trim().toLowerCase()
  const byId = useMemo(() => new Map(rows.map((row) => [row.id, row])), [rows])
  const names = useNames(rows)
  const found = wanted === '' ? null : (nodes.find(({ id }) => isFound(id, names.get(id), wanted))?.id ?? null)

  // Only what the drawing depends on: with new nodes at each tick of the board all of them would be measured anew.
  const flowNodes = useMemo(
    () =>
      nodes.map(({ id }): PluginNode => {
        const name = names.get(id) ?? id
        const matches = wanted === '' || isFound(id, name, wanted)
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
          .map((need): WayEdge => {
            const isHot =
              chosen !== null && (touched.has(id) || id === chosen) && (touched.has(need.id) || need.id === chosen)
            const color = need.isMet ? (isHot ? 'var(--color-warn)' : 'var(--color-line-strong)') : 'var(--color-bad)'
            return {
              id: edgeKey(need.id, id),
              type: 'way',
              data: { way: ways.get(edgeKey(need.id, id)) ?? [] },
              source: need.id,
              target: id,
              label: need.found === null ? need.range : `${need.range} · ${need.found}`,
              style: { stroke: color, strokeWidth: isHot ? 2 : 1.25 },
              markerEnd: { type: MarkerType.ArrowClosed, color },
            }
          }),
      ),
    [nodes, places, ways, chosen, touched],
  )
  return (
    <RowsContext value={byId}>
      <div ref={place} className="relative size-full">
        <ReactFlow
          nodes={flowNodes}
          edges={edges}
          nodeTypes={NODE_TYPES}
          edgeTypes={EDGE_TYPES}
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
          fitViewOptions={{ padding: 0.1, maxZoom: 1, minZoom: SMALLEST_ZOOM }}
          onInit={(flow) => {
            // What is taller than its place begins at its top.
            const { x, zoom } = flow.getViewport()
            const { y, height } = flow.getNodesBounds(flow.getNodes())
            if (height * zoom > (place.current?.clientHeight ?? Infinity))
              void flow.setViewport({ x, y: TOP_PX - y * zoom, zoom })
          }}
          minZoom={0.1}
          onlyRenderVisibleElements
          proOptions={{ hideAttribution: true }}
        >
          <Background color="var(--color-line)" gap={24} />
          <ShowFound id={found} places={places} />
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

function isFound(id: string, name: string | undefined, wanted: string): boolean {
  return id.includes(wanted) || name?.toLowerCase().includes(wanted) === true
}

/** Moves the view to what is searched for. */
function ShowFound({
  id,
  places,
}: {
  readonly id: string | null
  readonly places: ReadonlyMap<string, Point>
}): ReactNode {
  const { setCenter, getZoom } = useReactFlow()
  const at = id === null ? undefined : places.get(id)
  useEffect(() => {
    if (!at) return
    const zoom = Math.max(SMALLEST_ZOOM, getZoom())
    void setCenter(at.x + BOX.width / 2, at.y + BOX.height / 2, { zoom, duration: 200 })
  }, [at, setCenter, getZoom])
  return null
}

/** An edge along its way around other boxes, with rounded corners. */
function WayLine({ data, markerEnd, style, label }: EdgeProps<WayEdge>): ReactNode {
  const way = data?.way ?? []
  const [first, ...rest] = way
  if (!first) return null
  const middles = rest.slice(0, -1).map((point, index) => {
    const next = rest[index + 1]!
    return `Q ${point.x} ${point.y} ${(point.x + next.x) / 2} ${(point.y + next.y) / 2}`
  })
  const end = rest.at(-1) ?? first
  const middle = way[Math.floor(way.length / 2)]!
  return (
    <BaseEdge
      path={[`M ${first.x} ${first.y}`, ...middles, `L ${end.x} ${end.y}`].join(' ')}
      labelX={middle.x}
      labelY={middle.y}
      {...(label !== undefined && { label, labelStyle: LABEL, labelBgStyle: LABEL_BACK })}
      labelBgPadding={[4, 2]}
      labelBgBorderRadius={4}
      {...(markerEnd !== undefined && { markerEnd })}
      {...(style && { style })}
    />
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
        <bdi>{name}</bdi>
      </Link>
      <span className="flex items-center justify-between gap-2 text-[13px]">
        {state && <StateMark state={state} recovering={recovering} />}
        <span className="figures text-faint">{version}</span>
      </span>
      <Handle type="source" position={Position.Bottom} className="invisible" />
    </div>
  )
})
