import { decodeBoard, mergeBoard, type Board, type BoardDelta, type BoardSnapshot } from './board.ts'
import { mergeEventTail, type EventTail } from './events-topic.ts'
import { mergeIncidents, type IncidentList, type IncidentsDelta } from './incidents-topic.ts'
import { mergeLogTail, type LogTail, type LogTailDelta } from './logs-topic.ts'
import { mergeOverview, type Overview, type OverviewDelta } from './overview.ts'
import { mergePlugin, type PluginDelta, type PluginDetail } from './plugin-topic.ts'
import type { CallerView } from './access-view.ts'
import type { Reply } from './wire-error.ts'

/**
 * Raised when a message changes its shape. A client sends its version when it connects. The server refuses a client
 * that sends another version.
 */
export const PROTOCOL_VERSION = 4

/** Of one message to the server, over a socket; a larger one would end the connection. */
export const MAX_SOCKET_BYTES = 512 * 1_024

/** What each topic sends, and what a client makes of it. */
export interface Topics {
  board: { readonly snapshot: BoardSnapshot; readonly delta: BoardDelta; readonly state: Board }
  overview: { readonly snapshot: Overview; readonly delta: OverviewDelta; readonly state: Overview }
  events: { readonly snapshot: EventTail; readonly delta: EventTail; readonly state: EventTail }
  incidents: { readonly snapshot: IncidentList; readonly delta: IncidentsDelta; readonly state: IncidentList }
  logs: { readonly snapshot: LogTail; readonly delta: LogTailDelta; readonly state: LogTail }
  plugin: { readonly snapshot: PluginDetail; readonly delta: PluginDelta; readonly state: PluginDetail }
}

export type TopicKind = keyof Topics
/**
 * `events:<pattern>` is the latest events whose type matches the pattern, such as `events:vm.*`. `plugin:<node>/<id>`
 * is one plugin of one host.
 */
export type TopicName = 'board' | 'overview' | 'incidents' | 'logs' | `events:${string}` | `plugin:${string}/${string}`
export type KindOf<Name extends TopicName> = Name extends `${infer Kind extends 'plugin' | 'events'}:${string}`
  ? Kind
  : Extract<Name, TopicKind>

/** How a client turns a snapshot into state, and a delta into the next state. */
export const TOPIC_CODECS: {
  readonly [Kind in TopicKind]: {
    readonly decode: (snapshot: Topics[Kind]['snapshot']) => Topics[Kind]['state']
    readonly merge: (state: Topics[Kind]['state'], delta: Topics[Kind]['delta']) => Topics[Kind]['state']
  }
} = {
  board: { decode: decodeBoard, merge: mergeBoard },
  overview: { decode: (snapshot) => snapshot, merge: mergeOverview },
  events: { decode: (snapshot) => snapshot, merge: mergeEventTail },
  incidents: { decode: (snapshot) => snapshot, merge: mergeIncidents },
  logs: { decode: (snapshot) => snapshot, merge: mergeLogTail },
  plugin: { decode: (snapshot) => snapshot, merge: mergePlugin },
}

/** The topic of one plugin. */
export function pluginTopic(node: string, id: string): `plugin:${string}/${string}` {
  return `plugin:${node}/${id}`
}

export function kindOf(topic: TopicName): TopicKind {
  return topic.split(':', 1)[0] as TopicKind
}

/** A point in a topic's history. A new epoch begins when the server starts. */
export interface Position {
  readonly epoch: string
  readonly seq: number
}

/** `now` is the server's clock, in epoch milliseconds. */
export interface SnapshotMessage<Snapshot = unknown> extends Position {
  readonly now: number
  readonly snapshot: Snapshot
}

/** The client is up to date. */
export interface UnchangedMessage extends Position {
  readonly now: number
  readonly unchanged: true
}

export interface DeltaMessage<Delta = unknown> extends Position {
  readonly topic: string
  readonly now: number
  readonly delta: Delta
}

export interface ServerToClientEvents {
  delta: (message: DeltaMessage) => void
  /** The client must request a new snapshot: it missed deltas, or the plugin was loaded or unloaded. */
  resync: (topic: string) => void
  /**
   * Who the caller of this socket is, as the server has identified it. Sent after the connection is made, and when the
   * role of the caller changes.
   */
  session: (caller: CallerView) => void
}

export interface ClientToServerEvents {
  subscribe: (
    topic: string,
    position: Partial<Position>,
    ack: (reply: Reply<SnapshotMessage | UnchangedMessage>) => void,
  ) => void
  unsubscribe: (topic: string) => void
  call: (operation: string, input: unknown, ack: (reply: Reply<unknown>) => void) => void
}
