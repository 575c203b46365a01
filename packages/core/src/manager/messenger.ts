import type { PluginMessage } from '@plugboard/plugin-sdk'
import { checkMessage } from './check-message.ts'
import type { Plugin } from '../plugin/plugin.ts'
import { PluginError } from '../errors/plugin-error.ts'
import type { PluginRegistry } from '../plugin/registry.ts'

/** Brings messages to plugins, from the host or from one of them. */
export class Messenger {
  readonly #registry: PluginRegistry
  readonly #report: (id: string, message: string) => void

  /** @param report reports a plugin that failed on a message where no caller gets the error */
  constructor(registry: PluginRegistry, report: (id: string, message: string) => void) {
    this.#registry = registry
    this.#report = report
  }

  /** @throws PluginError `PLUGIN_NOT_FOUND`, `ILLEGAL_TRANSITION`, `MESSAGE_INVALID`, `MESSAGE_FAILED` */
  async send({ from, to, type, data }: PluginMessage & { readonly to: string }): Promise<void> {
    checkMessage({ from, type, data })
    await this.#registry.get(to).deliverMessage({ from, type, data })
  }

  /** To all active plugins but the sender; one that fails is told in its log and stops no other. @throws PluginError `MESSAGE_INVALID`, `TOO_LARGE` */
  async broadcast(message: PluginMessage): Promise<{ delivered: number; failed: number }> {
    checkMessage(message)
    const receivers = [...this.#registry.active()].filter(({ id }) => id !== message.from)
    const results = await Promise.all(receivers.map((plugin) => this.#deliver(plugin, message)))
    const delivered = results.filter(Boolean).length
    return { delivered, failed: results.length - delivered }
  }

  async #deliver(plugin: Plugin, message: PluginMessage): Promise<boolean> {
    try {
      await plugin.deliverMessage(message)
      return true
    } catch (thrown) {
      this.#report(plugin.id, PluginError.from(thrown).message)
      return false
    }
  }
}
