import type { PluginMessage } from '@plugboard/plugin-sdk'
import type { PluginRegistry } from './plugin-registry.ts'

/** Brings messages to plugins, from the host or from one of them. */
export class Messenger {
  readonly #registry: PluginRegistry

  constructor(registry: PluginRegistry) {
    this.#registry = registry
  }

  /** @throws PluginError `PLUGIN_NOT_FOUND`, `ILLEGAL_TRANSITION`, `MESSAGE_INVALID`, `MESSAGE_FAILED` */
  async send({ from, to, type, data }: PluginMessage & { readonly to: string }): Promise<void> {
    await this.#registry.get(to).deliverMessage({ from, type, data })
  }

  /** To all active plugins but the sender; one that fails stops no other. */
  async broadcast(message: PluginMessage): Promise<{ delivered: number; failed: number }> {
    const receivers = [...this.#registry.active()].filter(({ id }) => id !== message.from)
    const results = await Promise.allSettled(receivers.map((plugin) => plugin.deliverMessage(message)))
    const delivered = results.filter(({ status }) => status === 'fulfilled').length
    return { delivered, failed: results.length - delivered }
  }
}
