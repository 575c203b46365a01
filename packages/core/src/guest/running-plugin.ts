import {
  compileTopicPatterns,
  type JsonObject,
  type JsonValue,
  type MigrateConfig,
  type Plugin,
  type PluginContext,
  type PluginEvent,
  type PluginMessage,
} from '@plugboard/plugin-sdk'
import { withDeadline } from './deadline.ts'
import { EventRunner } from './event-runner.ts'
import { leaveState, takeState } from './handed-state.ts'
import { HostLink } from './host-link.ts'
import type {
  ConfigMigration,
  HostMessage,
  InstanceSettings,
  LeftState,
  ThreadMessage,
} from '../guest-protocol/message.ts'
import { createLiveContext, type LiveContext } from './plugin-context.ts'
import { Publisher } from './publisher.ts'
import { describeThrown, ownError, ThrownError } from '../guest-protocol/thrown.ts'

export interface RunningPluginOptions {
  readonly send: (message: ThreadMessage) => void
  /** Takes a message that is encoded already. */
  readonly sendText: (text: string) => void
  /** Of the file for the plugin's state. @throws Error once the plugin has ended */
  readonly stateFd: () => number
  /** Imports the plugin's entry; the same exports each time. */
  readonly importEntry: () => Promise<PluginExports>
  readonly progress: Float64Array
}

/** What a plugin's entry exports: a plugin or a function that makes one, and perhaps a `migrateConfig`. */
export interface PluginExports {
  readonly default?: unknown
  readonly migrateConfig?: unknown
}

type Call = Extract<HostMessage, { kind: 'call' }>

const MAX_STATUS_BYTES = 16 * 1_024
// Taken before the plugin is imported: it may replace the globals.
const { parse, stringify } = JSON

/** One running copy of a plugin, in a guest's thread or inline: its hooks, its context and its events. */
export class RunningPlugin {
  readonly #options: RunningPluginOptions
  readonly #link: HostLink
  #stopping = new AbortController()
  #plugin: Plugin = {}
  #live: LiveContext | undefined
  #events: EventRunner | undefined
  #publisher: Publisher | undefined
  #id = ''
  #isImported = false

  constructor(options: RunningPluginOptions) {
    this.#options = options
    this.#link = new HostLink(options.send)
  }

  receive(message: HostMessage): void {
    switch (message.kind) {
      case 'batch':
        return this.#events?.push(message)
      case 'published':
        return this.#publisher?.settle(message)
      case 'answer':
        return this.#link.settle(message)
      case 'shared':
        return this.#live?.notifyShared(message.changes)
      case 'call':
        return void this.#answer(message)
    }
  }

  async #answer(call: Call): Promise<void> {
    try {
      this.#options.send({ kind: 'reply', id: call.id, ok: true, value: await this.#call(call) })
    } catch (thrown) {
      const own = thrown instanceof ThrownError ? thrown : null
      const error = own?.info ?? describeThrown(thrown)
      const isFirst = call.method === 'initialize' || call.method === 'migrateConfig'
      const isImport = isFirst && !this.#isImported
      this.#options.send({
        kind: 'reply',
        id: call.id,
        ok: false,
        error,
        isImport,
        interrupted: own?.interrupted ?? null,
      })
    }
  }

  async #call({ method, argument, timeoutMs }: Call): Promise<JsonValue | undefined> {
    const within = <T>(work: Promise<T>, signal?: AbortSignal): Promise<T> =>
      withDeadline(work, {
        name: method,
        timeoutMs,
        ...(signal && { signal }),
        waitsFor: () => this.#waitsFor(),
      })

    switch (method) {
      case 'migrateConfig':
        return within(this.#migrateConfig(argument as ConfigMigration))
      case 'initialize':
        return within(this.#initialize(argument as InstanceSettings))
      case 'start':
        // After a stop, where an update was taken back.
        if (this.#stopping.signal.aborted) {
          this.#stopping = new AbortController()
          this.#live?.renew()
          this.#running.restart()
        }
        return within(this.#hook(method))
      case 'stop':
        this.#stopping.abort()
        this.#live?.abort()
        await this.#events?.halt()
        return within(this.#lastHook(method))
      case 'cleanup':
        return within(this.#lastHook(method))
      case 'updateConfig':
        return this.#running.between(() => this.#updateConfig(argument as JsonObject, within))
      case 'receiveMessage':
        return this.#running.between(() =>
          within(this.#receiveMessage(argument as PluginMessage), this.#stopping.signal),
        )
      case 'status':
        return this.#status()
      case 'exportState':
        return this.#exportState(within)
      case 'importState':
        return within(this.#importState(argument as LeftState))
      case 'resume':
        await this.#running.resume()
        return undefined
    }
  }

  /** Between two events; none follows until `resume`. */
  async #exportState(within: <T>(work: Promise<T>) => Promise<T>): Promise<JsonValue> {
    const events = this.#running
    await events.pause()
    const { stateVersion = 1 } = this.#plugin
    if (typeof this.#plugin.exportState !== 'function') return { stateVersion, bytes: null }
    const text = stringify(await within(Promise.resolve(this.#plugin.exportState()))) as string | undefined
    if (text === undefined) return { stateVersion, bytes: null }
    return { stateVersion, bytes: leaveState(this.#options.stateFd(), text) }
  }

  /** Resolves to false where the plugin takes none. */
  async #importState({ origin, bytes }: LeftState): Promise<boolean> {
    if (typeof this.#plugin.importState !== 'function') return false
    await this.#plugin.importState(parse(takeState(this.#options.stateFd(), bytes)) as JsonValue, origin)
    return true
  }

  #waitsFor(): string | null {
    const oldest = this.#link.oldest
    if (!oldest) return null
    const { method, args } = oldest
    if (method !== 'sendMessage') return `its host had not answered ${method}`
    const [to, type] = args.map(String)
    if (to === this.#id) {
      return `its message ${type} to itself was not answered: a message is read after the event that is being handled`
    }
    return `${to} had not answered its message ${type}, which it reads after the event that it is handling`
  }

  get #running(): EventRunner {
    if (!this.#events) throw new ThrownError(ownError('ILLEGAL_TRANSITION', 'the plugin is not initialized'))
    return this.#events
  }

  async #import(): Promise<PluginExports> {
    const exported = await this.#options.importEntry()
    this.#isImported = true
    return exported
  }

  /** Resolves to null where the plugin has no `migrateConfig`. */
  async #migrateConfig({ config, fromVersion }: ConfigMigration): Promise<JsonObject | null> {
    const { migrateConfig } = await this.#import()
    if (typeof migrateConfig !== 'function') return null
    const migrated = toJson(await (migrateConfig as MigrateConfig)(config, fromVersion))
    if (isObject(migrated) && !Array.isArray(migrated)) return migrated
    throw new ThrownError(ownError('CONFIG_INVALID', 'migrateConfig() must return an object'))
  }

  async #initialize(settings: InstanceSettings): Promise<undefined> {
    const { send, sendText, progress } = this.#options
    const publisher = new Publisher({
      idPrefix: settings.eventIdPrefix,
      source: settings.id,
      send: sendText,
      onRefused: (key, refused) => send({ kind: 'traced', key, step: { refused } }),
    })
    this.#publisher = publisher
    this.#id = settings.id
    const live = createLiveContext(settings, { link: this.#link, publisher, send })
    this.#live = live
    const { default: exported } = await this.#import()
    this.#plugin = await makePlugin(exported, live.context)

    const wanted = compileTopicPatterns(settings.events)
    this.#events = new EventRunner({
      deliver: (event) => {
        const topic = event.type
        const listeners = live.listenersOf(topic)
        if (!listeners || listeners.length === 0) return wanted(topic) ? this.#plugin.handleEvent?.(event) : undefined
        return this.#deliverToAll(event, wanted(topic), listeners)
      },
      send,
      errorLimit: settings.errorLimit,
      quietMs: settings.quietMs,
      handlerTimeoutMs: settings.handlerTimeoutMs,
      waitsFor: () => this.#waitsFor(),
      progress,
    })
    await this.#plugin.initialize?.(live.context)
    return undefined
  }

  async #deliverToAll(
    event: PluginEvent,
    handles: boolean,
    listeners: ((event: PluginEvent) => unknown)[],
  ): Promise<void> {
    const failures: unknown[] = []
    const receivers = handles ? [(e: PluginEvent) => this.#plugin.handleEvent?.(e), ...listeners] : listeners
    for (const receive of receivers) {
      try {
        await receive(event)
      } catch (thrown) {
        failures.push(thrown)
      }
    }
    if (failures.length > 0) throw failures[0]
  }

  /** Waits for what it published, also without awaiting it: the host ends the process after its answer. */
  async #lastHook(name: 'stop' | 'cleanup'): Promise<undefined> {
    await this.#hook(name)
    await this.#publisher?.settled()
    this.#live?.flushLog()
  }

  async #hook(name: 'start' | 'stop' | 'cleanup'): Promise<undefined> {
    await this.#plugin[name]?.()
    return undefined
  }

  /**
   * Resolves to false if the plugin has no `updateConfig`. If `updateConfig` misses its deadline, the old config stays.
   */
  async #updateConfig(
    config: JsonObject,
    within: (work: Promise<void>, signal: AbortSignal) => Promise<void>,
  ): Promise<boolean> {
    if (typeof this.#plugin.updateConfig !== 'function') return false
    await within(Promise.resolve(this.#plugin.updateConfig(config)), this.#stopping.signal)
    this.#live?.setConfig(config)
    return true
  }

  async #receiveMessage(message: PluginMessage): Promise<undefined> {
    await this.#live?.messages.emitInTurn(message)
    return undefined
  }

  async #status(): Promise<JsonValue | undefined> {
    const value = toJson(await this.#plugin.status?.())
    if (JSON.stringify(value ?? null).length <= MAX_STATUS_BYTES) return value
    throw new ThrownError(ownError('TOO_LARGE', `status() returned more than ${MAX_STATUS_BYTES} bytes`))
  }
}

/** Takes a plugin object or a factory of one; CommonJS modules hold theirs one level deeper. */
async function makePlugin(exported: unknown, context: PluginContext): Promise<Plugin> {
  const inner = isObject(exported) && 'default' in exported && exported.default ? exported.default : exported
  const plugin: unknown = typeof inner === 'function' ? await inner(context) : inner
  if (isObject(plugin)) return plugin
  throw new ThrownError(
    ownError('START_FAILED', 'the default export is neither a plugin nor a function that makes one'),
  )
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function toJson(value: unknown): JsonValue | undefined {
  const text = JSON.stringify(value)
  return text === undefined ? undefined : (JSON.parse(text) as JsonValue)
}
