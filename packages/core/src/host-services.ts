import { CORE_EVENT_TYPES, type EventBody, type JsonValue } from '@plugboard/plugin-sdk'
import type { Redactor } from './config/redactor.ts'
import type { EventBus } from './events/event-bus.ts'
import { RateLimit } from './events/rate-limit.ts'
import type { AskMethod } from './guest/message.ts'
import type { ManagedPlugin } from './managed-plugin.ts'
import type { Messenger } from './messenger.ts'
import { permissionNeeded } from './plugin-failure.ts'
import { PluginError } from './plugin-error.ts'
import type { SharedDataStore } from './shared-data.ts'

export interface HostServicesOptions {
  readonly bus: EventBus
  readonly sharedData: SharedDataStore
  readonly messenger: Messenger
}

/** Answers what plugins ask of their host. What they send has been parsed as JSON and is otherwise unchecked. */
export class HostServices {
  readonly #options: HostServicesOptions
  readonly #limits = new WeakMap<ManagedPlugin, RateLimit>()

  constructor(options: HostServicesOptions) {
    this.#options = options
  }

  /** @throws PluginError with the code that the plugin sees */
  async answer(plugin: ManagedPlugin, method: AskMethod, args: readonly unknown[]): Promise<JsonValue | undefined> {
    const { sharedData, messenger } = this.#options
    this.#take(plugin)
    switch (method) {
      case 'publish':
        return this.#publish(plugin, args[0] as EventBody, args[1])
      case 'sendMessage':
        await messenger.send({
          from: plugin.id,
          to: text(args[0]),
          type: text(args[1]),
          data: (args[2] ?? null) as JsonValue,
        })
        return undefined
      case 'broadcastMessage':
        return messenger.broadcast({ from: plugin.id, type: text(args[0]), data: (args[1] ?? null) as JsonValue })
      case 'sharedGet':
        demand(plugin, 'ReadVmState')
        return sharedData.get(text(args[0])) as JsonValue | undefined
      case 'sharedSet':
        demand(plugin, 'WriteVmState')
        return sharedData.set(text(args[0]), args[1] as JsonValue)
      case 'sharedCompareAndSet':
        demand(plugin, 'WriteVmState')
        return sharedData.compareAndSet(text(args[0]), Number(args[1]), args[2] as JsonValue)
      case 'sharedDelete':
        demand(plugin, 'WriteVmState')
        return sharedData.delete(text(args[0]))
    }
  }

  /** One allowance for all that a plugin asks: what it writes goes to every other plugin too. */
  #take(plugin: ManagedPlugin): void {
    const perSecond = plugin.limits.publishesPerSecond
    const limit = this.#limits.get(plugin) ?? new RateLimit(perSecond, performance.now())
    this.#limits.set(plugin, limit)
    if (limit.take(performance.now())) return
    const message = `${plugin.id} asks its host more than ${perSecond} times per second`
    throw new PluginError('RATE_LIMITED', message, { perSecond })
  }

  #publish(plugin: ManagedPlugin, body: EventBody, hops: unknown): string {
    if (typeof body === 'object' && body !== null && (CORE_EVENT_TYPES as readonly unknown[]).includes(body.type)) {
      demand(plugin, 'WriteVmState')
    }
    const through = Number.isSafeInteger(hops) && (hops as number) >= 0 ? (hops as number) : 0
    // What a plugin publishes reaches others: its secrets do not.
    return this.#options.bus.dispatch(withoutSecrets(body, plugin.config.redactor), {
      source: plugin.id,
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

function demand(plugin: ManagedPlugin, permission: 'ReadVmState' | 'WriteVmState'): void {
  if (!plugin.permissions.includes(permission)) throw permissionNeeded(plugin.id, permission)
}

function text(value: unknown): string {
  if (typeof value === 'string') return value
  throw new PluginError('MESSAGE_INVALID', 'text was expected', null)
}
