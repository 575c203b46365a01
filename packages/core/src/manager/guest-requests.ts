import { CORE_EVENT_TYPES, type EventBody, type JsonValue } from '@plugboard/plugin-sdk'
import type { Redactor } from '../config/redactor.ts'
import type { EventBus } from '../events/bus.ts'
import type { AskMethod } from '../guest-protocol/message.ts'
import type { Instance } from '../instance/instance.ts'
import type { Messenger } from './messenger.ts'
import { permissionNeeded } from '../errors/plugin-failure.ts'
import { PluginError } from '../errors/plugin-error.ts'
import type { SharedDataStore } from './shared-data.ts'

export interface GuestRequestsOptions {
  readonly bus: EventBus
  readonly sharedData: SharedDataStore
  readonly messenger: Messenger
}

/** Of the instance that asks, as much as an answer depends on. */
type Requester = Pick<Instance, 'pluginId' | 'permissions' | 'redactor' | 'requestLimit'>

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
      case 'publish':
        return this.#publish(from, args[0] as EventBody, args[1])
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
        demand(from, 'ReadVmState')
        return sharedData.get(text(args[0])) as JsonValue | undefined
      case 'sharedSet':
        demand(from, 'WriteVmState')
        return sharedData.set(text(args[0]), args[1] as JsonValue)
      case 'sharedCompareAndSet':
        demand(from, 'WriteVmState')
        return sharedData.compareAndSet(text(args[0]), Number(args[1]), args[2] as JsonValue)
      case 'sharedDelete':
        demand(from, 'WriteVmState')
        return sharedData.delete(text(args[0]))
    }
  }

  #publish(from: Requester, body: EventBody, hops: unknown): string {
    if (typeof body === 'object' && body !== null && (CORE_EVENT_TYPES as readonly unknown[]).includes(body.type)) {
      demand(from, 'WriteVmState')
    }
    const through = Number.isSafeInteger(hops) && (hops as number) >= 0 ? (hops as number) : 0
    // What a plugin publishes reaches others: its secrets do not.
    return this.#options.bus.dispatch(withoutSecrets(body, from.redactor), {
      source: from.pluginId,
      hops: through,
      broadcast: null,
    })
  }
}

/** Only what is data: a topic that happens to look like a secret is none. */
function withoutSecrets(body: EventBody, redactor: Redactor): EventBody {
  if (typeof body !== 'object' || body === null) return body
  if (body.type === 'custom') return { ...body, data: redactor.json(body.data) }
  const { type, ...fields } = body
  return { ...redactor.json(fields), type } as EventBody
}

/** One allowance for all that a plugin asks: what it writes goes to every other plugin too. */
function take({ pluginId, requestLimit }: Requester): void {
  if (requestLimit.take(performance.now())) return
  const { perSecond } = requestLimit
  const message = `${pluginId} asks its host more than ${perSecond} times per second`
  throw new PluginError('RATE_LIMITED', message, { perSecond })
}

function demand(from: Requester, permission: 'ReadVmState' | 'WriteVmState'): void {
  if (!from.permissions.includes(permission)) throw permissionNeeded(from.pluginId, permission)
}

function text(value: unknown): string {
  if (typeof value === 'string') return value
  throw new PluginError('MESSAGE_INVALID', 'text was expected', null)
}
