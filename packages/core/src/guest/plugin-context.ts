import {
  compileTopicPattern,
  type Dispose,
  type JsonObject,
  type LogLevel,
  type PluginContext,
  type PluginEvent,
  type PluginMessage,
  type SharedChange,
  type SharedEntry,
  type TopicMatcher,
} from '@plugboard/plugin-sdk'
import {
  checkCount,
  checkDelivered,
  checkFunction,
  checkJson,
  checkOneOf,
  checkPattern,
  checkText,
} from './check-argument.ts'
import { provenance } from './event-runner.ts'
import type { HostLink } from './host-link.ts'
import { LogBudget } from './log-budget.ts'
import { loggable } from './loggable.ts'
import type { Publisher } from './publisher.ts'
import { Listeners } from '../util/listeners.ts'
import type { AskMethod, InstanceSettings, ThreadMessage } from '../guest-protocol/message.ts'
import { describeThrown } from '../guest-protocol/thrown.ts'

const LOG_LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']
const MAX_SUBSCRIPTIONS = 256
const MAX_HEALTH_MESSAGE = 512

interface Subscription {
  readonly pattern: string
  readonly matches: TopicMatcher
  readonly listener: (event: PluginEvent) => unknown
}

interface ArgumentChecks {
  /** Those that must be text. */
  readonly texts: Readonly<Record<string, unknown>>
  /** Those that must be a version. */
  readonly versions?: Readonly<Record<string, unknown>>
  /** Those that must be JSON. */
  readonly values?: Readonly<Record<string, unknown>>
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
  notifyShared(changes: readonly SharedChange[]): void
  abort(): void
  /** It is started once more: its signal has not fired. */
  renew(): void
  /** Tells how many log entries were dropped, before the end. */
  flushLog(): void
  log(level: LogLevel, message: string, fields?: JsonObject): void
}

export function createLiveContext(
  settings: InstanceSettings,
  { link, publisher, send }: LiveContextOptions,
): LiveContext {
  let config = settings.config
  let abort = new AbortController()
  const messages = new Listeners<PluginMessage>()
  const sharedChanges = new Listeners<SharedChange>()
  const subscriptions = new Set<Subscription>()

  const tellTopics = (): void =>
    send({ kind: 'topics', patterns: [...new Set([...subscriptions].map((s) => s.pattern))] })
  const logBudget = new LogBudget((count) => send({ kind: 'logs-dropped', count }))
  const log = (level: LogLevel, message: unknown, fields?: unknown): void => {
    checkOneOf('logger.log: level', LOG_LEVELS, level)
    if (!logBudget.take()) return
    send({ kind: 'log', level, ...loggable(message, fields) })
  }
  /**
   * Asks the host. A refusal that nobody waits for is in the log, and ends no plugin.
   * @param checks what the arguments must be, by what they are called
   */
  const ask = <T>(method: AskMethod, args: readonly unknown[], checks: ArgumentChecks): Promise<T> => {
    const answer = askChecked(method, args, checks)
    answer.catch((thrown: unknown) => log('debug', `${method} was refused: ${describeThrown(thrown).message}`))
    return answer as Promise<T>
  }
  const askChecked = async (
    method: AskMethod,
    args: readonly unknown[],
    { texts, versions = {}, values = {} }: ArgumentChecks,
  ): Promise<unknown> => {
    for (const [argument, value] of Object.entries(texts)) checkText(argument, value)
    for (const [argument, value] of Object.entries(versions)) checkCount(argument, value)
    for (const [argument, value] of Object.entries(values)) checkJson(argument, value)
    return link.ask(method, ...args)
  }
  const logThrown = (thrown: unknown): void => log('error', `a listener threw: ${describeThrown(thrown).message}`)

  const context: PluginContext = {
    vmInstanceId: settings.vmInstanceId,
    dataPath: settings.dataPath,
    get signal() {
      return abort.signal
    },
    get config() {
      return config
    },
    eventBus: {
      publish: (event) => publisher.publish(event, provenance()),
      subscribe(pattern, listener): Dispose {
        checkPattern('eventBus.subscribe: pattern', pattern)
        checkFunction('eventBus.subscribe: listener', listener)
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
      get: (key) => ask<SharedEntry | undefined>('sharedGet', [key], { texts: { 'sharedData.get: key': key } }),
      set: (key, value) =>
        ask<number>('sharedSet', [key, value], {
          texts: { 'sharedData.set: key': key },
          values: { 'sharedData.set: value': value },
        }),
      compareAndSet: (key, version, value) =>
        ask<number | undefined>('sharedCompareAndSet', [key, version, value], {
          texts: { 'sharedData.compareAndSet: key': key },
          versions: { 'sharedData.compareAndSet: version': version },
          values: { 'sharedData.compareAndSet: value': value },
        }),
      delete: (key) => ask<boolean>('sharedDelete', [key], { texts: { 'sharedData.delete: key': key } }),
      onDidChange(listener) {
        checkFunction('sharedData.onDidChange: listener', listener)
        const dispose = sharedChanges.add(listener)
        if (sharedChanges.size === 1) send({ kind: 'shared-listen', isListening: true })
        return () => {
          dispose()
          if (sharedChanges.size === 0) send({ kind: 'shared-listen', isListening: false })
        }
      },
    },
    messages: {
      send: (to, type, data) =>
        ask<void>('sendMessage', [to, type, data], {
          texts: { 'messages.send: to': to, 'messages.send: type': type },
          values: { 'messages.send: data': data ?? null },
        }),
      broadcast: (type, data) =>
        ask<{ delivered: number; failed: number }>('broadcastMessage', [type, data], {
          texts: { 'messages.broadcast: type': type },
          values: { 'messages.broadcast: data': data ?? null },
        }),
      onMessage(listener) {
        checkFunction('messages.onMessage: listener', listener)
        return messages.add(listener)
      },
    },
    health: {
      report(level: 'ok' | 'degraded', message: unknown = '') {
        checkOneOf('health.report: level', ['ok', 'degraded'], level)
        checkText('health.report: message', message)
        send({ kind: 'health', isDegraded: level === 'degraded', message: message.slice(0, MAX_HEALTH_MESSAGE) })
      },
    },
    deadLetters: {
      add(event, error) {
        checkDelivered('deadLetters.add: event', event)
        send({ kind: 'dead-letter', event, error: describeThrown(error) })
      },
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
    notifyShared(changes) {
      for (const change of changes) sharedChanges.emit(change, logThrown)
      send({ kind: 'shared-taken' })
    },
    abort: () => abort.abort(),
    renew: () => void (abort = new AbortController()),
    flushLog: () => logBudget.flush(),
    log,
  }
}
