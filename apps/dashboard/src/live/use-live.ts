'use client'

import type { Connection, Live, ReadableStore } from '@plugboard/client'
import {
  pluginTopic,
  type CallerView,
  type KindOf,
  type Operations,
  type PluginDetail,
  type TopicName,
  type Topics,
} from '@plugboard/protocol'
import { useMemo, useSyncExternalStore } from 'react'
import { useClient } from './client-context'

const NOTHING: Live<never> = { state: null, at: null, error: null }
const CONNECTING: Connection = { state: 'connecting', since: 0, refusals: 0, reason: null }

function constant<T>(value: T): ReadableStore<T> {
  return { get: () => value, subscribe: () => () => {} }
}

const noTopic = constant(NOTHING)
const noConnection = constant(CONNECTING)
const noSession = constant(null)

function useStore<T>(store: ReadableStore<T>, initial: T): T {
  return useSyncExternalStore(store.subscribe, store.get, () => initial)
}

/** A topic of the server, subscribed while the component is on screen. @param name null subscribes to nothing */
export function useTopic<Name extends TopicName>(name: Name | null): Live<Topics[KindOf<Name>]['state']> {
  const client = useClient()
  const store = useMemo(() => (name && client?.topic(name)) ?? noTopic, [client, name]) as ReadableStore<
    Live<Topics[KindOf<Name>]['state']>
  >
  return useStore(store, NOTHING)
}

/** The topic of one plugin of the host that this board is connected to. */
export function usePlugin(id: string): Live<PluginDetail> {
  const session = useSession()
  return useTopic(session && pluginTopic(session.node, id))
}

export function useConnection(): Connection {
  const client = useClient()
  return useStore(client?.connection ?? noConnection, CONNECTING)
}

/** The caller as which the server identified this browser; null before the server has answered. */
export function useSession(): CallerView | null {
  const client = useClient()
  return useStore(client?.session ?? noSession, null)
}

/** Whether the role of the session allows this operation: what is typed is kept while the connection is gone. */
export function useAllowed(operation: keyof Operations): boolean {
  return useSession()?.may.includes(operation) ?? false
}

/** Whether the current session may call this operation now. Its button is disabled while it is false. */
export function useMay(operation: keyof Operations): boolean {
  const online = useOnline()
  return useAllowed(operation) && online
}

/** Whether the server can be asked now; buttons that need it are off while it is false. */
export function useOnline(): boolean {
  return useConnection().state === 'connected'
}
