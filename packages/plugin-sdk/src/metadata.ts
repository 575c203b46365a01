import type { JsonObject } from './json.ts'

export const PLUGIN_TYPES = [
  'ExecutionEngine',
  'DeviceEmulation',
  'DebugTool',
  'PerformanceMonitor',
  'Network',
  'Storage',
  'Security',
  'Custom',
] as const

/** What kind of work a plugin does. It groups plugins on the board and has no effect on how they run. */
export type PluginType = (typeof PLUGIN_TYPES)[number]

/**
 * What a plugin asks for and a host grants.
 *
 * - `ReadVmState`: reading shared data; granted by default.
 * - `WriteVmState`: writing shared data, and publishing events of the reserved types (`vm.`, `device.`, `performance.`, `plugin.`).
 * - `NetworkAccess`: the network, all of it, unix sockets included.
 * - `ExecuteSyscall`: child processes and native addons: full trust.
 * - `FileSystemAccess`: files below the listed absolute folders; `*` is refused.
 * - `MemoryAllocation`: a memory budget above the default, in bytes.
 */
export type Permission =
  | 'ReadVmState'
  | 'WriteVmState'
  | 'NetworkAccess'
  | 'ExecuteSyscall'
  | { readonly name: 'FileSystemAccess'; readonly read?: readonly string[]; readonly write?: readonly string[] }
  | { readonly name: 'MemoryAllocation'; readonly bytes: number }

/** `process`: a guest process of its own. `inline`: the host's own thread, for ids that the host lists. */
export type Isolation = 'process' | 'inline'

/** Limits of one plugin. A limit in plugin.json that is higher than the host's limit is ignored. */
export interface PluginLimits {
  /** How long the handling of one event may take, in milliseconds. */
  readonly handleEventMs?: number
  /** Events that wait for it. */
  readonly mailboxCapacity?: number
  /** Bytes of the events that wait for it. */
  readonly mailboxBytes?: number
  /** Which event gives way when its mailbox is full. */
  readonly overflow?: 'drop-oldest' | 'drop-newest'
  /** Times per second that it may publish, or ask its host for anything else. */
  readonly publishesPerSecond?: number
}

/** The contents of `plugin.json`. */
export interface PluginMetadata {
  /** `^[a-z0-9][a-z0-9._-]{0,63}$` */
  readonly id: string
  readonly name: string
  /** A semantic version. */
  readonly version: string
  readonly description: string
  readonly author: string
  readonly license: string
  /** Plugins this one needs, by id, each with a semver range. */
  readonly dependencies: Readonly<Record<string, string>>
  readonly pluginType: PluginType
  /** The module to import, relative to the plugin's folder and inside it. */
  readonly entryPoint: string
  readonly permissions: readonly Permission[]
  /** Topic patterns that `handleEvent` receives; `['**']` by default. */
  readonly events: readonly string[]
  /** A JSON Schema (2020-12, or draft-07 where it says so), 64 KiB at most. */
  readonly configSchema?: JsonObject
  /** A wish: the host decides. */
  readonly isolation?: Isolation
  /** Two copies of it cannot run at once, because it holds a port or a device: an update stops one before it makes the other. */
  readonly exclusive?: boolean
  /** Wishes: the host decides. */
  readonly limits?: PluginLimits
}
