import { DEFAULT_GRANTS } from '../catalog/permission.ts'
import { clock } from '../util/clock.ts'
import { isReservedType, type JsonValue } from '@plugboard/plugin-sdk'
import type { TraceBook } from '../tracing/trace-book.ts'
import type { EventBus } from '../events/bus.ts'
import type { AskMethod, Publication, PublicationReceipt } from '../guest-protocol/message.ts'
import type { Instance } from '../instance/instance.ts'
import type { Messenger } from './messenger.ts'
import { permissionNeeded } from '../errors/plugin-failure.ts'
import { PluginError } from '../errors/plugin-error.ts'
import type { SharedDataStore } from './shared-data.ts'

export interface GuestRequestsOptions {
  readonly bus: EventBus
  readonly traces: Pick<TraceBook, 'refuse'>
  readonly sharedData: SharedDataStore
  readonly messenger: Messenger
}

/** The parts of the requesting instance that an answer depends on. */
type Requester = Pick<Instance, 'pluginId' | 'permissions' | 'requestLimit'>
type Publisher = Requester & Pick<Instance, 'origin' | 'nextEventId'>

/** Answers what plugins ask of their host. What they send has been parsed as JSON and is otherwise unchecked. */
export class GuestRequests {
  readonly #options: GuestRequestsOptions

  constructor(options: GuestRequestsOptions) {
    this.#options = options
  }

  /** @throws PluginError with the code that the plugin sees */
  async answer(from: Requester, method: AskMethod, args: readonly unknown[]): Promise<JsonValue | undefined> {
    const { sharedData, messenger } = this.#options
    take(from)
    switch (method) {
      case 'sendMessage':
        await messenger.send({
          from: from.pluginId,
          to: text(args[0]),
          type: text(args[1]),
          data: (args[2] ?? null) as JsonValue,
        })
        return undefined
      case 'broadcastMessage':
        return messenger.broadcast({ from: from.pluginId, type: text(args[0]), data: (args[1] ?? null) as JsonValue })
      case 'sharedGet':
        requirePermission(from, 'ReadVmState')
        return sharedData.get(text(args[0])) as JsonValue | undefined
      case 'sharedSet':
        requirePermission(from, 'WriteVmState')
        return sharedData.set(text(args[0]), args[1] as JsonValue, from.pluginId)
      case 'sharedCompareAndSet':
        requirePermission(from, 'WriteVmState')
        if (!sharedData.isAt(text(args[0]), Number(args[1]))) return undefined
        return sharedData.set(text(args[0]), args[2] as JsonValue, from.pluginId)
      case 'sharedDelete':
        requirePermission(from, 'WriteVmState')
        return sharedData.delete(text(args[0]))
    }
  }

  /** Publishes each of the events, in order, and names those that were refused. */
  publish(from: Publisher, { events, hops, causes }: Publication): PublicationReceipt {
    const allowed = from.requestLimit.takeUpTo(events.length, clock.now())
    const refused: PublicationReceipt['refused'][number][] = []
    events.forEach((event, index) => {
      // A refused event takes an id too, because the guest has counted it.
      const id = from.nextEventId()
      const cause = causes?.[index] ?? 0
      try {
        if (index >= allowed) throw rateLimited(from)
        if (isReservedType(event.type)) requirePermission(from, 'WriteVmState')
        this.#options.bus.publishFrom(from.origin, event, { id, hops: hops?.[index] ?? 0, cause })
      } catch (thrown) {
        const { code, message } = PluginError.from(thrown)
        refused.push({ index, code, message })
        if (cause !== 0) this.#options.traces.refuse(cause, { plugin: from.pluginId, type: event.type, code, message })
      }
    })
    return { kind: 'published', count: events.length, refused }
  }
}

/** All requests of a plugin share one limit, because what it writes goes to every other plugin too. */
function take(from: Requester): void {
  if (!from.requestLimit.take(clock.now())) throw rateLimited(from)
}

function rateLimited({ pluginId, requestLimit: { perSecond } }: Requester): PluginError<'RATE_LIMITED'> {
  const message = `${pluginId} makes more than ${perSecond} requests per second to its host`
  return new PluginError('RATE_LIMITED', message, { perSecond })
}

function requirePermission(from: Requester, permission: 'ReadVmState' | 'WriteVmState'): void {
  // What every plugin may do needs no request either.
  if (![...DEFAULT_GRANTS, ...from.permissions].includes(permission)) throw permissionNeeded(from.pluginId, permission)
}

function text(value: unknown): string {
  if (typeof value === 'string') return value
  throw new PluginError('MESSAGE_INVALID', 'text was expected', null)
}
