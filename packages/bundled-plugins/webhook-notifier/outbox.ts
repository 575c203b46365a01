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

/** Beyond this the receiver has been away for long: the oldest notifications make room. */
const MAX_PENDING = 1_000

/** Notifications in files, one each: what is in it outlives the plugin, and a crash. */
export class Outbox {
  readonly #folder: string
  readonly #names: string[]
  readonly #onBroken: (name: string) => void
  #next: number
  #evicted = 0

  private constructor(folder: string, names: string[], onBroken: (name: string) => void) {
    this.#folder = folder
    this.#onBroken = onBroken
    this.#names = names
    this.#next = Number.parseInt(names.at(-1) ?? '0', 10) + 1
  }

  /**
   * @param folder is made where there is none
   * @param onBroken a file was set aside
   */
  static async open(folder: string, onBroken: (name: string) => void): Promise<Outbox> {
    await mkdir(folder, { recursive: true })
    const names = await readdir(folder)
    const own = names.filter((name) => /^\d{12}\.json$/.test(name))
    return new Outbox(folder, own.sort(), onBroken)
  }

  get size(): number {
    return this.#names.length
  }

  get evicted(): number {
    return this.#evicted
  }

  /** @returns the notification that had to make room; undefined where none had */
  async add(event: PluginEvent): Promise<Notification | undefined> {
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
    if (this.#names.length <= MAX_PENDING) return undefined
    // The second one: the first may be in delivery.
    const evicted = await this.#read(this.#names[1]!)
    await this.remove(this.#names[1]!)
    this.#evicted += 1
    return evicted
  }

  /**
   * The oldest; undefined when there is none. A file that holds no notification is set aside, with `.broken` at its end.
   * @throws the error of the file system where a file cannot be read now
   */
  async first(): Promise<Notification | undefined> {
    for (;;) {
      const [name] = this.#names
      if (name === undefined) return undefined
      const notification = await this.#read(name)
      if (notification) return notification
      await rename(join(this.#folder, name), join(this.#folder, `${name}.broken`))
      this.#names.shift()
      this.#onBroken(name)
    }
  }

  /** Undefined where the file holds no notification. */
  async #read(name: string): Promise<Notification | undefined> {
    const text = await readFile(join(this.#folder, name), 'utf8')
    try {
      return { ...(JSON.parse(text) as Omit<Notification, 'name'>), name }
    } catch {
      return undefined
    }
  }

  async remove(name: string): Promise<void> {
    const at = this.#names.indexOf(name)
    if (at === -1) return
    this.#names.splice(at, 1)
    await rm(join(this.#folder, name), { force: true })
  }
}
