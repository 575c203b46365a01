import type { Isolation, JsonObject, Permission, PluginLimits } from '@plugboard/plugin-sdk'
import type { DeadLetter } from '../accounting/dead-letters.ts'
import type { KnownPlugin } from '../catalog/release.ts'
import type { StoredConfig } from '../config/secret.ts'
import type { StoredUpdate } from './update.ts'
import type { RestartPolicy } from '../supervision/restart-policy.ts'

export interface LoadOptions {
  /** Start it as well. Default true. */
  readonly enabled?: boolean
  /** What it may do, beyond reading VM state. */
  readonly grant?: readonly Permission[]
  readonly isolation?: Isolation
  readonly config?: JsonObject
  /** Limits for this plugin, also beyond the manager's own. */
  readonly limits?: PluginLimits
  /**
   * Variables for its `process.env`, besides those about time zone, language and certificates that each plugin gets of the
   * host. They are kept in clear: a secret belongs into the config.
   */
  readonly env?: Readonly<Record<string, string>>
  /** When it is restarted automatically after a failure. Default: the manager's. */
  readonly restartPolicy?: RestartPolicy
  /**
   * Called after all checks have passed and before the plugin is registered, with the plugin in the form that
   * `restorePlugins` takes. If the callback rejects, the load rejects too. It returns the revision for the config: a
   * host that already stored configs of this plugin returns the next number.
   */
  readonly persist?: (plugin: StoredPlugin) => Promise<{ readonly configRevision: number }>
  /** Calls the load off until it has resolved: the plugin is unloaded, and the load rejects with `ABORTED`. */
  readonly signal?: AbortSignal
}

/** A plugin as a host has stored it, to bring it back after the host itself was gone. */
export interface StoredPlugin extends Omit<LoadOptions, 'config' | 'persist' | 'signal'>, KnownPlugin {
  /** Its `secrets` are the values that the references in `shown` stand for: a host stores them encrypted, or not at all. */
  readonly config: StoredConfig & { readonly revision: number }
  /** One that was not over. */
  readonly update?: StoredUpdate
  /** The oldest first. */
  readonly deadLetters?: readonly DeadLetter[]
}
