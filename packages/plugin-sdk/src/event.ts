import type { JsonValue } from './json.ts'

/**
 * The data of the event types that ship, by type. A plugin adds its own by declaration merging, and is checked by it
 * wherever it publishes or narrows an event of that type:
 *
 * ```ts
 * declare module '@plugboard/plugin-sdk' {
 *   interface EventTypes {
 *     'user.joined': { readonly name: string }
 *   }
 * }
 * ```
 */
export interface EventTypes {
  /** A virtual machine, or the host itself, has started. */
  'vm.started': { readonly vmId: string }
  'vm.stopped': { readonly vmId: string }
  'device.added': { readonly deviceId: string; readonly deviceType: string }
  'device.removed': { readonly deviceId: string }
  /** One value of one metric, such as `system.cpu.utilization`; without `vmId` it is no machine's. */
  'performance.update': { readonly metric: string; readonly value: number; readonly vmId?: string }
  /** A plugin is in error. `nextRestartAt`: when it is restarted automatically, in epoch milliseconds; null: not. */
  'plugin.failed': {
    readonly id: string
    readonly code: string
    readonly message: string
    readonly nextRestartAt: number | null
  }
  /** A plugin that had failed is active again. */
  'plugin.recovered': { readonly id: string }
}

/** The data of an event by its type; any JSON where the type is not one of {@link EventTypes}. */
export type DataOf<Type extends string> = Type extends keyof EventTypes ? EventTypes[Type] : JsonValue

/** Where an event came from, as its host knows. Only the host writes it. */
export type EventOrigin = {
  /** The host that first accepted the event. */
  readonly node: string
  /** The plugin that published it; absent for an event of a source or of the host itself. */
  readonly plugin?: string
}

/** An event as plugins receive it. It is read-only. */
export interface PluginEvent<Type extends string = string> {
  /** Unique within one host’s run, unless a source gave its own. */
  readonly id: string
  /** What subscriptions match: dot-separated names, such as `vm.started` or `user.joined`. */
  readonly type: Type
  /** When it happened, in epoch milliseconds: when it was accepted, unless a source said otherwise. */
  readonly at: number
  /** Who published it, in the publisher’s own words; {@link EventOrigin} is what the host knows. */
  readonly source: string
  readonly data: DataOf<Type>
  /** What the event is about, within its source. */
  readonly subject?: string
  /** W3C trace context. */
  readonly traceparent?: string
  readonly origin: EventOrigin
}

/** An event as a publisher hands it over. All of it is JSON, 256 KiB encoded at most. */
export interface EventInput<Type extends string = string, Data = unknown> {
  readonly type: Type
  /** Default null. */
  readonly data?: Data
  /** Default: the plugin’s id; `host` for the host itself. */
  readonly source?: string
  readonly subject?: string
  readonly traceparent?: string
}

/** What JSON can carry of a type, so that a value of an `interface` fits; `never` for a function, a symbol or a bigint. */
export type Jsonable<T> = T extends JsonValue | undefined
  ? T
  : T extends ((...args: never[]) => unknown) | symbol | bigint
    ? never
    : { readonly [Key in keyof T]: Jsonable<T[Key]> }

/** An event that may be published: its data is checked by {@link EventTypes} where its type is listed there. */
export type Publishable<Type extends string, Data> = Type extends keyof EventTypes
  ? EventInput<Type, EventTypes[Type]> & { readonly data: EventTypes[Type] }
  : EventInput<Type, Data & Jsonable<Data>>

/** Types below these are published by sources, and by plugins that have `WriteVmState`. */
export const RESERVED_PREFIXES = ['vm.', 'device.', 'performance.', 'plugin.'] as const

/** Whether publishing an event of this type takes `WriteVmState`. */
export function isReservedType(type: string): boolean {
  return RESERVED_PREFIXES.some((prefix) => type.startsWith(prefix))
}

/**
 * Narrows an event by its type, so that its data has that type’s shape.
 * The bus checks the data of the types that ship; the data of other types is what their publishers say.
 */
export function isEvent<Type extends string>(event: PluginEvent, type: Type): event is PluginEvent<Type> {
  return event.type === type
}
