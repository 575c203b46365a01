import {
  compileTopicPattern,
  type Dispose,
  type JsonObject,
  type JsonValue,
  type LogLevel,
  type PluginContext,
  type PluginEvent,
  type PluginMessage,
  type SharedChange,
  type SharedEntry,
  type TopicMatcher,
} from '@plugboard/plugin-sdk'
import { nextHops } from './event-runner.ts'
import type { HostLink } from './host-link.ts'
import type { Publisher } from './publisher.ts'
import { Listeners } from '../util/listeners.ts'
import type { InstanceSettings, ThreadMessage } from '../guest-protocol/message.ts'
import { describeThrown } from '../guest-protocol/thrown.ts'

const MAX_LOG_MESSAGE = 8_192
const MAX_LOG_FIELDS = 65_536
const MAX_SUBSCRIPTIONS = 256

interface Subscription {
  readonly pattern: string
  readonly matches: TopicMatcher
  readonly listener: (event: PluginEvent) => unknown
}

interface LiveContextOptions {
  readonly link: HostLink
  readonly publisher: Publisher
  readonly send: (message: ThreadMessage) => void
}

/** The plugin's side of its context, and what the instance needs of it. */
export interface LiveContext {
  readonly context: PluginContext
  readonly messages: Listeners<PluginMessage>
  setConfig(config: JsonObject): void
  /** The listeners that want this topic; undefined while nothing is subscribed at all. */
  listenersOf(topic: string): ((event: PluginEvent) => unknown)[] | undefined
  notifyShared(change: SharedChange): void
  abort(): void
  log(level: LogLevel, message: string, fields?: JsonObject): void
}

export function createLiveContext(
  settings: InstanceSettings,
  { link, publisher, send }: LiveContextOptions,
): LiveContext {
  let config = settings.config
  const abort = new AbortController()
  const messages = new Listeners<PluginMessage>()
  const sharedChanges = new Listeners<SharedChange>()
  const subscriptions = new Set<Subscription>()

  const tellTopics = (): void =>
    send({ kind: 'topics', patterns: [...new Set([...subscriptions].map((s) => s.pattern))] })
  const log = (level: LogLevel, message: string, fields?: JsonObject): void =>
    send({ kind: 'log', level, message: String(message).slice(0, MAX_LOG_MESSAGE), fields: loggable(fields) })
  const logThrown = (thrown: unknown): void => log('error', `a listener threw: ${describeThrown(thrown).message}`)

  const context: PluginContext = {
    vmInstanceId: settings.vmInstanceId,
    dataPath: settings.dataPath,
    signal: abort.signal,
    get config() {
      return config
    },
    eventBus: {
      publish: (event) => publisher.publish(event, nextHops()),
      subscribe(pattern, listener): Dispose {
        if (subscriptions.size >= MAX_SUBSCRIPTIONS) {
          throw new RangeError(`a plugin has at most ${MAX_SUBSCRIPTIONS} subscriptions`)
        }
        const subscription = { pattern, matches: compileTopicPattern(pattern), listener }
        subscriptions.add(subscription)
        tellTopics()
        return () => {
          if (subscriptions.delete(subscription)) tellTopics()
        }
      },
    },
    sharedData: {
      get: async (key: string) => (await link.ask('sharedGet', key)) as unknown as SharedEntry | undefined,
      set: async (key: string, value: JsonValue) => (await link.ask('sharedSet', key, value)) as number,
      compareAndSet: async (key: string, version: number, value: JsonValue) =>
        (await link.ask('sharedCompareAndSet', key, version, value)) as number | undefined,
      delete: async (key: string) => (await link.ask('sharedDelete', key)) as boolean,
      onDidChange: (listener) => sharedChanges.add(listener),
    },
    messages: {
      send: async (to: string, type: string, data: JsonValue) => void (await link.ask('sendMessage', to, type, data)),
      broadcast: async (type: string, data: JsonValue) =>
        (await link.ask('broadcastMessage', type, data)) as { delivered: number; failed: number },
      onMessage: (listener) => messages.add(listener),
    },
    logger: {
      log,
      debug: (message, fields) => log('debug', message, fields),
      info: (message, fields) => log('info', message, fields),
      warn: (message, fields) => log('warn', message, fields),
      error: (message, fields) => log('error', message, fields),
    },
  }

  return {
    context,
    messages,
    setConfig: (next) => void (config = next),
    listenersOf(topic) {
      if (subscriptions.size === 0) return undefined
      return [...subscriptions].filter((s) => s.matches(topic)).map((s) => s.listener)
    },
    notifyShared: (change) => sharedChanges.emit(change, logThrown),
    abort: () => abort.abort(),
    log,
  }
}

/** Replaces fields that are too large or not JSON by a note, because a call to the logger must not throw. */
function loggable(fields: JsonObject | undefined): JsonObject | undefined {
  if (fields === undefined) return undefined
  try {
    return JSON.stringify(fields).length <= MAX_LOG_FIELDS ? fields : { omitted: 'fields of more than 64 KiB' }
  } catch {
    return { omitted: 'fields that are not JSON' }
  }
}
