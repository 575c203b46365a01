import type { PluginMetadata } from '@plugboard/plugin-sdk'
import type { EventBudgets } from '../accounting/plugin-events.ts'
import type { VersionSource } from '../catalog/release.ts'
import type { ConfigValidator } from '../config/config-validator.ts'
import type { SharedSecrets } from '../config/redactor.ts'
import type { PluginError } from '../errors/plugin-error.ts'
import type { InstanceHost } from '../instance/instance.ts'
import type { Supervised } from '../supervision/supervisor.ts'
import type { TraceBook } from '../tracing/trace-book.ts'
import type { FactBody } from './fact.ts'
import type { PluginSettings } from './plugin-settings.ts'

/** What plugins share, and what each of them needs of its manager. */
export interface PluginHost extends InstanceHost {
  readonly settings: PluginSettings
  /** The bounds over all plugins. */
  readonly budgets: EventBudgets
  readonly validator: ConfigValidator
  /** Null where nothing is installed. */
  readonly versions: VersionSource | null
  /** Those of the plugins that are loaded. */
  readonly secrets: SharedSecrets
  readonly traces: TraceBook
  readonly announce: (fact: FactBody) => void
  /** The start of ids that no other event has. */
  readonly reserveEventIds: () => string
  /** Whether a plugin is active, or what it wants, has changed. */
  readonly receptionChanged: () => void
  /** A plugin has failed. Returns when it will be restarted automatically, in epoch milliseconds; null: not. */
  readonly failed: (plugin: Supervised, error: PluginError) => number | null
  /** @throws PluginError `DEPENDENCY_UNMET` */
  readonly checkDependencies: (metadata: PluginMetadata) => void
  /** Nothing is started any more. */
  readonly isClosing: () => boolean
}
