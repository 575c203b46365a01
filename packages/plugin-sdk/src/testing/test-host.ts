import type { LogLevel, PluginContext, PluginMessage, SharedChange, SharedEntry } from '../context.ts'
import type { EventInput, PluginEvent, Publishable } from '../event.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import type { Plugin, PluginDefinition } from '../plugin.ts'
import { compileTopicPattern, compileTopicPatterns } from '../topic-pattern.ts'

export interface TestHostOptions<Config extends object> {
  /** Over the defaults of `configSchema`. */
  readonly config?: Partial<Config>
  /** As in plugin.json: the defaults of its properties are filled in; nothing is checked. */
  readonly configSchema?: { readonly properties?: Readonly<Record<string, { readonly default?: unknown }>> }
  /** An existing folder, for a plugin that writes files. */
  readonly dataPath?: string
  readonly vmInstanceId?: string
  /** Topic patterns that `handleEvent` receives, as in plugin.json; all by default. */
  readonly events?: readonly string[]
  /** The clock that stamps events, in epoch milliseconds. */
  readonly now?: () => number
}

export interface TestLogEntry {
  readonly level: LogLevel
  readonly message: string
  readonly fields: JsonObject | undefined
}

/** A plugin between `start` and `stop`, and all it did. */
export interface TestHost<Config extends object> extends AsyncDisposable {
  readonly plugin: Plugin<Config>
  readonly context: PluginContext<Config>
  readonly published: readonly EventInput[]
  readonly logs: readonly TestLogEntry[]
  /** What the plugin last said of its health. */
  readonly health: { readonly level: 'ok' | 'degraded'; readonly message: string }
  readonly deadLetters: readonly { readonly event: PluginEvent; readonly error: Error }[]
  readonly sent: readonly (PluginMessage & { readonly to: string })[]
  /** Hands an event to `handleEvent` and the matching listeners, as the runtime does; all of them get it, then the first failure is thrown. */
  send<const Type extends string, Data = null>(event: Publishable<Type, Data>): Promise<void>
  /** Hands a message to the plugin's listeners. */
  sendMessage(message: PluginMessage): Promise<void>
  updateConfig(config: Config): Promise<void>
  /** `stop`, then `cleanup`. */
  stop(): Promise<void>
}

/** Starts a plugin in this thread, without a runtime, for its unit tests: `await using host = await startPlugin(plugin, { config })`. */
export async function startPlugin<Config extends object = JsonObject>(
  definition: PluginDefinition<Config>,
  options: TestHostOptions<Config> = {},
): Promise<TestHost<Config>> {
  const now = options.now ?? Date.now
  let config = { ...defaultsOf(options), ...options.config } as Config
  let stopped = false
  let nextId = 1
  const abort = new AbortController()
  const published: EventInput[] = []
  const logs: TestLogEntry[] = []
  let health: TestHost<Config>['health'] = { level: 'ok', message: '' }
  const deadLetters: { event: PluginEvent; error: Error }[] = []
  const sent: (PluginMessage & { to: string })[] = []
  const subscriptions = new Set<{
    matches: (topic: string) => boolean
    listener: (event: PluginEvent) => void | Promise<void>
  }>()
  const messageListeners = new Set<(message: PluginMessage) => void | Promise<void>>()
  const wanted = compileTopicPatterns(options.events ?? ['**'])
  const log = (level: LogLevel, message: string | Error, fields?: object): void =>
    void logs.push({ level, message: String(message), fields: fields as JsonObject | undefined })

  const context: PluginContext<Config> = {
    vmInstanceId: options.vmInstanceId ?? 'test-vm',
    dataPath: options.dataPath ?? '',
    signal: abort.signal,
    get config() {
      return config
    },
    eventBus: {
      publish: async (event) => {
        published.push(event)
        return `published-${published.length}`
      },
      subscribe: (pattern, listener) => {
        const subscription = { matches: compileTopicPattern(pattern), listener }
        subscriptions.add(subscription)
        return () => void subscriptions.delete(subscription)
      },
    },
    messages: {
      send: async (to, type, data) => void sent.push({ from: 'test', to, type, data: carried(data) }),
      broadcast: async (type, data) => {
        sent.push({ from: 'test', to: '*', type, data: carried(data) })
        return { delivered: 0, failed: 0 }
      },
      onMessage: (listener) => {
        messageListeners.add(listener)
        return () => void messageListeners.delete(listener)
      },
    },
    sharedData: createSharedData(),
    health: {
      report: (level: 'ok' | 'degraded', message?: string) => void (health = { level, message: message ?? '' }),
    },
    deadLetters: { add: (event, error) => void deadLetters.push({ event, error }) },
    logger: {
      log,
      debug: (message, fields) => log('debug', message, fields),
      info: (message, fields) => log('info', message, fields),
      warn: (message, fields) => log('warn', message, fields),
      error: (message, fields) => log('error', message, fields),
    },
  }

  const plugin = typeof definition === 'function' ? await definition(context) : definition
  const handle = async (event: PluginEvent): Promise<void> => plugin.handleEvent?.(event)
  const stop = async (): Promise<void> => {
    if (stopped) return
    stopped = true
    abort.abort()
    await plugin.stop?.()
    await plugin.cleanup?.()
  }
  await plugin.initialize?.(context)
  await plugin.start?.()
  return {
    plugin,
    context,
    published,
    logs,
    get health() {
      return health
    },
    deadLetters,
    sent,
    async send(given) {
      const { type: topic, data = null, ...rest } = given as EventInput<string, JsonValue>
      const stamp = { id: `event-${nextId++}`, at: now(), origin: { node: 'test' } }
      const event: PluginEvent = { source: 'test', ...rest, ...stamp, type: topic, data }
      const listeners = [...subscriptions].filter(({ matches }) => matches(topic)).map(({ listener }) => listener)
      const failures: unknown[] = []
      for (const receive of wanted(topic) ? [handle, ...listeners] : listeners) {
        try {
          await receive(event)
        } catch (thrown) {
          failures.push(thrown)
        }
      }
      if (failures.length > 0) throw failures[0]
    },
    async sendMessage(message) {
      for (const listener of messageListeners) await listener(message)
    },
    async updateConfig(next) {
      await plugin.updateConfig?.(next)
      config = next
    },
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

function defaultsOf({ configSchema }: Pick<TestHostOptions<object>, 'configSchema'>): object {
  const properties = Object.entries(configSchema?.properties ?? {})
  return Object.fromEntries(
    properties.flatMap(([name, property]) => ('default' in property ? [[name, property.default]] : [])),
  )
}

function createSharedData(): PluginContext['sharedData'] {
  const entries = new Map<string, SharedEntry>()
  const listeners = new Set<(change: SharedChange) => void>()
  let version = 0
  const tell = (change: SharedChange): void => {
    for (const listener of listeners) listener(change)
  }
  const write = (key: string, value: JsonValue): number => {
    version += 1
    entries.set(key, { value, version })
    tell({ key, value, version })
    return version
  }
  return {
    get: async (key) => entries.get(key),
    set: async (key, value) => write(key, carried(value)),
    compareAndSet: async (key, expected, value) =>
      (entries.get(key)?.version ?? 0) === expected ? write(key, carried(value)) : undefined,
    delete: async (key) => {
      if (!entries.delete(key)) return false
      version += 1
      tell({ key, version })
      return true
    },
    onDidChange: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

/** What arrives of a value: JSON, and a copy. */
function carried(value: unknown): JsonValue {
  return JSON.parse(JSON.stringify(value ?? null)) as JsonValue
}
