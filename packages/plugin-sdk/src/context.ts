import type { Jsonable, PluginEvent, Publishable } from './event.ts'
import type { JsonObject, JsonValue } from './json.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** Ends what it was given for. Calling it again does nothing. */
export type Dispose = () => void

/** What a plugin reaches the rest of the system through. It is valid from `initialize` until the instance ends. */
export interface PluginContext<Config extends object = JsonObject> {
  /** Which virtual machine, or which host, this runtime serves. */
  readonly vmInstanceId: string
  /** The config in force: validated, with the schema's defaults filled in. After an applied update it is the new one. */
  readonly config: Config
  /** This plugin's own folder: it may read and write in it without any grant. */
  readonly dataPath: string
  readonly sharedData: SharedData
  readonly eventBus: PluginEventBus
  readonly messages: PluginMessages
  readonly health: PluginHealthReport
  readonly deadLetters: PluginDeadLetters
  readonly logger: PluginLogger
  /** Aborted when the instance begins to stop. */
  readonly signal: AbortSignal
}

export interface PluginHealthReport {
  /**
   * Says how the plugin is, as it knows it: `degraded` is a warning on the board with this message, until `ok` or until
   * the instance ends. Messages are cut after 512 characters.
   */
  report(level: 'degraded', message: string): void
  report(level: 'ok'): void
}

export interface PluginDeadLetters {
  /**
   * Gives up an event after its handler has finished with it: it is listed among the dead letters of the plugin with this
   * error, and can be replayed from there. It does not count as a failed event.
   */
  add(event: PluginEvent, error: Error): void
}

export interface PluginEventBus {
  /**
   * Publishes to every other plugin that is active and wants the type; the publisher itself does not receive it.
   * Publications without an `await` in between travel together.
   * @returns the event's id once the bus has accepted it.
   * @throws `EVENT_INVALID`; `RATE_LIMITED` above the publish rate; `EVENT_STORM` after 8 hops from handler to
   * handler; `PERMISSION_DENIED` for a reserved type without `WriteVmState`.
   */
  publish<const Type extends string, Data = null>(event: Publishable<Type, Data>): Promise<string>
  /**
   * Calls the listener for each event whose topic matches, after `handleEvent` has finished with it.
   * A failure of the listener makes the event a failed one. The subscription ends with the instance.
   */
  subscribe(pattern: string, listener: (event: PluginEvent) => void | Promise<void>): Dispose
}

export interface SharedEntry {
  readonly value: JsonValue
  /** Greater than any before: each write and each deletion, of any key, takes the next one. */
  readonly version: number
}

export interface SharedChange {
  readonly key: string
  /** Undefined when the key was deleted. */
  readonly value?: JsonValue
  readonly version: number
}

/** Values that all plugins of a host share. Reading takes `ReadVmState`, writing `WriteVmState`. */
export interface SharedData {
  get(key: string): Promise<SharedEntry | undefined>
  /** @returns the new version. */
  set<Value>(key: string, value: Value & Jsonable<Value>): Promise<number>
  /**
   * Writes only if the key is still at `version` (0: it does not exist).
   * @returns the new version, or undefined when another writer was first.
   */
  compareAndSet<Value>(key: string, version: number, value: Value & Jsonable<Value>): Promise<number | undefined>
  /** @returns whether there was something to delete. */
  delete(key: string): Promise<boolean>
  /**
   * Calls the listener for each change from now on, in the order of versions. Of several changes of one key that come
   * faster than the plugin takes them, only the latest is told.
   */
  onDidChange(listener: (change: SharedChange) => void): Dispose
}

export interface PluginMessage {
  readonly from: string
  readonly type: string
  readonly data: JsonValue
}

/** Messages from plugin to plugin. They are no events: nothing counts them and nothing replays them. */
export interface PluginMessages {
  /**
   * Resolves once the receiver's listeners have taken it.
   * @throws `PLUGIN_NOT_FOUND`, `ILLEGAL_TRANSITION` when the receiver is not active, `MESSAGE_FAILED` when a listener threw.
   */
  send<Data>(to: string, type: string, data: Data & Jsonable<Data>): Promise<void>
  /**
   * Sends to every other active plugin, and resolves once the listeners of each have finished. A failure is logged for
   * the plugin that failed, and does not affect the others.
   * @returns how many took it, those without a listener included, and how many failed.
   */
  broadcast<Data>(
    type: string,
    data: Data & Jsonable<Data>,
  ): Promise<{ readonly delivered: number; readonly failed: number }>
  onMessage(listener: (message: PluginMessage) => void | Promise<void>): Dispose
}

/**
 * Structured logging into the host's log, under this plugin's name. A message is cut at 8 KiB. An Error, as the message or
 * among the fields, is logged with its stack.
 */
export interface PluginLogger {
  log(level: LogLevel, message: string | Error, fields?: object): void
  debug(message: string | Error, fields?: object): void
  info(message: string | Error, fields?: object): void
  warn(message: string | Error, fields?: object): void
  error(message: string | Error, fields?: object): void
}
