import type { PluginUpdate } from '@plugboard/core'
import type { Logger } from 'pino'
import type { ConfigLedger } from './config-ledger.ts'
import type { DesiredState } from './desired-state.ts'

/** Writes how far updates have come, one phase after the other: what they have done to the config first. */
export class UpdateNotes {
  readonly #desired: DesiredState
  readonly #configs: ConfigLedger
  readonly #log: Logger
  /** The last write of each plugin that has not ended. */
  readonly #writes = new Map<string, Promise<void>>()

  constructor({ desired, configs, log }: { desired: DesiredState; configs: ConfigLedger; log: Logger }) {
    this.#desired = desired
    this.#configs = configs
    this.#log = log
  }

  take(id: string, update: PluginUpdate): void {
    const before = this.#writes.get(id) ?? Promise.resolve()
    const write = before.then(() => this.#write(id, update))
    this.#writes.set(id, write)
    void write.then(() => {
      if (this.#writes.get(id) === write) this.#writes.delete(id)
    })
  }

  /** What has been told of a plugin is on disk. */
  async done(id: string): Promise<void> {
    await this.#writes.get(id)
  }

  async close(): Promise<void> {
    await Promise.all(this.#writes.values())
  }

  async #write(id: string, update: PluginUpdate): Promise<void> {
    try {
      await this.#configs.follow(id)
    } catch (thrown) {
      this.#log.error({ err: thrown, plugin: id }, 'the config that an update has set could not be stored')
    }
    await this.#desired.noteUpdate(id, update)
  }
}
