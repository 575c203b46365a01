import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { PluginEvent } from '@plugboard/plugin-sdk'

/** A notification that the receiver has not accepted yet. */
export interface Notification {
  /** Of its file. */
  readonly name: string
  /** The same over all attempts, so that a receiver can tell a repetition. */
  readonly id: string
  readonly event: PluginEvent
  /** Epoch milliseconds. */
  readonly since: number
}

/** Beyond this the receiver has been away for long: the oldest notifications are dropped and counted. */
const MAX_PENDING = 1_000

/** Notifications in files, one each: what is in it outlives the plugin, and a crash. */
export class Outbox {
  readonly #folder: string
  readonly #names: string[]
  #next: number
  #evicted = 0

  private constructor(folder: string, names: string[]) {
    this.#folder = folder
    this.#names = names
    this.#next = Number.parseInt(names.at(-1) ?? '0', 10) + 1
  }

  /** @param folder is made where there is none */
  static async open(folder: string): Promise<Outbox> {
    await mkdir(folder, { recursive: true })
    const names = await readdir(folder)
    return new Outbox(folder, names.filter((name) => /^\d{12}\.json$/.test(name)).sort())
  }

  get size(): number {
    return this.#names.length
  }

  get evicted(): number {
    return this.#evicted
  }

  async add(event: PluginEvent): Promise<void> {
    const name = `${String(this.#next++).padStart(12, '0')}.json`
    const path = join(this.#folder, name)
    const notification: Omit<Notification, 'name'> = {
      id: `${event.id}.${name.slice(0, 12)}`,
      event,
      since: Date.now(),
    }
    // Whole or not at all: a file that is half written would be found at the next start.
    await writeFile(`${path}.part`, JSON.stringify(notification))
    await rename(`${path}.part`, path)
    this.#names.push(name)
    if (this.#names.length <= MAX_PENDING) return
    // Drop the second one: the first may be in delivery.
    await this.remove(this.#names[1]!)
    this.#evicted += 1
  }

  /** The oldest; undefined when there is none. A file that cannot be read is left out for good. */
  async first(): Promise<Notification | undefined> {
    for (;;) {
      const [name] = this.#names
      if (name === undefined) return undefined
      try {
        const text = await readFile(join(this.#folder, name), 'utf8')
        return { ...(JSON.parse(text) as Omit<Notification, 'name'>), name }
      } catch {
        await this.remove(name)
      }
    }
  }

  async remove(name: string): Promise<void> {
    const at = this.#names.indexOf(name)
    if (at === -1) return
    this.#names.splice(at, 1)
    await rm(join(this.#folder, name), { force: true })
  }
}
