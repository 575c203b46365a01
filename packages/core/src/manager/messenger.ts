import type { PluginMessage } from '@plugboard/plugin-sdk'
import { checkMessage } from './check-message.ts'
import type { Plugin } from '../plugin/plugin.ts'
import { isPluginError, PluginError } from '../errors/plugin-error.ts'
import type { PluginRegistry } from '../plugin/registry.ts'
import { WaitingMessages } from './waiting-messages.ts'

/** Brings messages to plugins, from the host or from one of them. */
export class Messenger {
  readonly #registry: PluginRegistry
  readonly #report: (id: string, message: string) => void
  readonly #waiting: WaitingMessages

  /** @param report reports a plugin that failed on a message where no caller gets the error */
  constructor(
    registry: PluginRegistry,
    { totalBytes, report }: { readonly totalBytes: number; readonly report: (id: string, message: string) => void },
  ) {
    this.#registry = registry
    this.#report = report
    this.#waiting = new WaitingMessages({ totalBytes, onFull: report })
  }

  /** The messages that plugins have got and not answered. */
  get waiting(): { readonly count: number; readonly bytes: number } {
    return this.#waiting.held
  }

  /** @throws PluginError `PLUGIN_NOT_FOUND`, `ILLEGAL_TRANSITION`, `MESSAGE_INVALID`, `MESSAGE_FAILED`, `BUSY` */
  async send({ from, to, type, data }: PluginMessage & { readonly to: string }): Promise<void> {
    const bytes = checkMessage({ from, type, data })
    await this.#deliver(this.#registry.get(to), { from, type, data }, bytes)
  }

  /** To all active plugins but the sender; one that fails is told in its log and stops no other. @throws PluginError `MESSAGE_INVALID`, `TOO_LARGE` */
  async broadcast(message: PluginMessage): Promise<{ delivered: number; failed: number }> {
    const bytes = checkMessage(message)
    const receivers = [...this.#registry.active()].filter(({ id }) => id !== message.from)
    const results = await Promise.all(receivers.map((plugin) => this.#tryToDeliver(plugin, message, bytes)))
    const delivered = results.filter(Boolean).length
    return { delivered, failed: results.length - delivered }
  }

  async #tryToDeliver(plugin: Plugin, message: PluginMessage, bytes: number): Promise<boolean> {
    try {
      await this.#deliver(plugin, message, bytes)
      return true
    } catch (thrown) {
      // A receiver that is busy is reported once, not for each message.
      if (!isPluginError(thrown, 'BUSY') && plugin.mayLogFailure())
        this.#report(plugin.id, PluginError.from(thrown).message)
      return false
    }
  }

  async #deliver(plugin: Plugin, message: PluginMessage, bytes: number): Promise<void> {
    const answered = this.#waiting.add(plugin.id, bytes)
    await plugin.deliverMessage(message).finally(answered)
  }
}
