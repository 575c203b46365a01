import type { ConfigValidator } from './config/config-validator.ts'
import type { InstanceEvents } from './instance-handle.ts'
import type { ManagedPlugin } from './managed-plugin.ts'
import type { Settings } from './manager-options.ts'
import type { PluginError } from './plugin-error.ts'
import type { PluginFact } from './plugin-fact.ts'
import type { GuestLedger } from './runner/guest-ledger.ts'
import type { EvidenceRoom } from './supervision/failure-evidence.ts'

/** What plugins share and what each of them needs from its manager. */
export interface PluginHost {
  readonly vmInstanceId: string
  readonly settings: Settings
  readonly validator: ConfigValidator
  readonly ledger: GuestLedger
  readonly answer: (
    plugin: ManagedPlugin,
    ...ask: Parameters<InstanceEvents['onAsk']>
  ) => ReturnType<InstanceEvents['onAsk']>
  readonly announce: (fact: PluginFact) => void
  /** Whether it is active, or what it wants, has changed. */
  readonly receptionChanged: () => void
  /** A plugin has failed. Returns when it will be started again by itself, in epoch milliseconds; null: not. */
  readonly failed: (plugin: ManagedPlugin, error: PluginError) => number | null
  readonly evidence: EvidenceRoom
  /** Nothing is started any more. */
  readonly isClosing: () => boolean
}
