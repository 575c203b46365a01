'use client'

import type { Connection, Live, ReadableStore } from '@plugboard/client'
import type { BoardRow, CallerView, Handle, KindOf, Operations, TopicName, Topics } from '@plugboard/protocol'
import { useMemo, useSyncExternalStore } from 'react'
import { useClient } from './client-context'

const NOTHING: Live<never> = { state: null, at: null, error: null }
const CONNECTING: Connection = { state: 'connecting', since: 0, refusals: 0 }

function constant<T>(value: T): ReadableStore<T> {
  return { get: () => value, subscribe: () => () => {} }
}

const noTopic = constant(NOTHING)
const noConnection = constant(CONNECTING)
const noSession = constant(null)

function useStore<T>(store: ReadableStore<T>, initial: T): T {
  return useSyncExternalStore(store.subscribe, store.get, () => initial)
}

/** A topic of the server, subscribed while the component is on screen. */
export function useTopic<Name extends TopicName>(name: Name): Live<Topics[KindOf<Name>]['state']> {
  const client = useClient()
  const store = useMemo(() => client?.topic(name) ?? noTopic, [client, name]) as ReadableStore<
    Live<Topics[KindOf<Name>]['state']>
  >
  return useStore(store, NOTHING)
}

export function useConnection(): Connection {
  const client = useClient()
  return useStore(client?.connection ?? noConnection, CONNECTING)
}

/** Who the server takes this browser for; null before it has said so. */
export function useSession(): CallerView | null {
  const client = useClient()
  return useStore(client?.session ?? noSession, null)
}

/** Whether this can be asked of the server now, by whoever is signed in: a button for it is off while it is false. */
export function useMay(operation: keyof Operations): boolean {
  const online = useOnline()
  return (useSession()?.may.includes(operation) ?? false) && online
}

/** Whether the server can be asked now; buttons that need it are off while it is false. */
export function useOnline(): boolean {
  return useConnection().state === 'connected'
}

interface SortedRows {
  readonly handles: readonly Handle[]
  readonly rows: readonly BoardRow[]
}

const byName = new Intl.Collator(undefined, { numeric: true })
const sortedOf = new WeakMap<ReadonlyMap<Handle, BoardRow>, SortedRows>()
let last: SortedRows = { handles: [], rows: [] }

/** The board's rows by name; the same array as long as no row has changed. */
export function sortedRows(rows: ReadonlyMap<Handle, BoardRow>): readonly BoardRow[] {
  const known = sortedOf.get(rows)
  if (known) return known.rows
  last = sameOrder(last, rows) ?? sortAnew(rows)
  sortedOf.set(rows, last)
  return last.rows
}

/** Figures change four times a second, names hardly ever: sorting 1,000 of them each time would be felt. */
function sameOrder(before: SortedRows, rows: ReadonlyMap<Handle, BoardRow>): SortedRows | null {
  if (before.handles.length !== rows.size) return null
  const next: BoardRow[] = []
  for (const [index, handle] of before.handles.entries()) {
    const row = rows.get(handle)
    if (row?.name !== before.rows[index]!.name) return null
    next.push(row)
  }
  return { handles: before.handles, rows: next }
}

function sortAnew(rows: ReadonlyMap<Handle, BoardRow>): SortedRows {
  const entries = [...rows].sort(([, a], [, b]) => byName.compare(a.name, b.name))
  return { handles: entries.map(([handle]) => handle), rows: entries.map(([, row]) => row) }
}
