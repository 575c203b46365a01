import type { PluginContext } from './context.ts'
import type { PluginEvent } from './event.ts'
import type { JsonObject, JsonValue } from './json.ts'

type MaybePromise<T> = T | Promise<T>

/**
 * A plugin. Every method is optional and may be asynchronous; all but `status` run one at a time, in the order
 * `initialize → start → (handleEvent | updateConfig)… → stop → cleanup`. Each start makes a new instance. An update lets two
 * versions take turns: `exportState` of the old one comes between two events, and `stop` once the new one has started. If the
 * new one turns out to be bad, `importState` and `start` of the old one follow its `stop`. `cleanup` is the end.
 */
export interface Plugin<Config extends object = JsonObject> {
  /**
   * The first call: keep the context, read the config, prepare. Import and `initialize` together have 10 s.
   * A throw leaves the plugin in `error`.
   */
  initialize?(context: PluginContext<Config>): MaybePromise<void>
  /**
   * Begin to work: timers, connections. Has 10 s. Events follow once it has returned. A throw leaves the plugin in `error`.
   * It may come once more after `stop`, where an update is taken back.
   */
  start?(): MaybePromise<void>
  /**
   * One event. They come one at a time, in the order they were published. Has 5 s, then it counts as failed and the
   * next one follows. A throw counts as an error and puts the event among the dead letters; more than 10 errors stop the plugin.
   */
  handleEvent?(event: PluginEvent): MaybePromise<void>
  /** No event follows. Finish what is under way. Has 5 s; a throw is reported and changes nothing. */
  stop?(): MaybePromise<void>
  /** The last call, also after a `start` that threw: close files and connections. Has 5 s; a throw is reported and changes nothing. */
  cleanup?(): MaybePromise<void>
  /**
   * A new config, validated. It comes between two events and has 5 s. A throw keeps the old config.
   * Without this method a new config is used from the next start on.
   */
  updateConfig?(config: Config): MaybePromise<void>
  /** The config as the plugin itself sees it now, where that differs from what it was given. Not called yet. */
  getConfig?(): MaybePromise<JsonObject>
  /** Anything worth showing on the plugin's page: JSON, 16 KiB at most. A value of an `interface` is one too. */
  status?(): MaybePromise<JsonValue | object>
  /** The form of the state that `exportState` gives, so that another version knows whether it can read it. Default 1. */
  readonly stateVersion?: number
  /**
   * Hands over what another version of this plugin needs to go on: JSON, 16 MiB at most. It comes between two events and has
   * 2 s. Keep what you have: if the update fails, this instance goes on.
   */
  exportState?(): MaybePromise<JsonValue | object | undefined>
  /** Takes what `exportState` of another version handed over; comes after `initialize`, before `start`. Has 2 s. A throw ends the update, and the other version goes on. */
  importState?(state: JsonValue, from: StateOrigin): MaybePromise<void>
}

/**
 * Export a function of this type as `migrateConfig` beside the default export, and an update to this version hands it the
 * config that is set for the version before. What it returns is checked with the schema of this version, and is the config from
 * then on, unless the update is taken back. It runs before the plugin is made, and has 2 s. A throw ends the update.
 */
export type MigrateConfig = (config: JsonObject, fromVersion: string) => MaybePromise<JsonObject>

/** Which version a state comes from. */
export interface StateOrigin {
  /** Of the plugin that exported it. */
  readonly fromVersion: string
  /** Its `stateVersion`. */
  readonly stateVersion: number
}

/**
 * A plugin, or a function that makes one. The function is called once for each instance, with the context that
 * `initialize` gets too. Read `context.config` when it is needed: an update replaces it.
 */
export type PluginDefinition<Config extends object = JsonObject> =
  | Plugin<Config>
  | ((context: PluginContext<Config>) => MaybePromise<Plugin<Config>>)

/** Gives a plugin its types; returns what it was given. `export default definePlugin((context) => ({ … }))` */
export function definePlugin<Config extends object = JsonObject>(
  definition: PluginDefinition<Config>,
): PluginDefinition<Config> {
  return definition
}
