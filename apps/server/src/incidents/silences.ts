import { clock, Listeners } from '@plugboard/core'
import type { SilenceView } from '@plugboard/protocol'
import type { Logger } from 'pino'
import { RequestError } from '../errors/wire-problem.ts'
import type { Store } from '../store/store.ts'
import type { SilenceRow } from '../store/tables/silences.ts'
import type { Timeline } from './timeline.ts'

interface SilencesOptions {
  readonly store: Store
  readonly timeline: Pick<Timeline, 'add'>
  readonly log: Logger
}

/** A silence began or changed; null: it is over. */
export interface SilenceChange {
  readonly pluginId: string
  readonly silence: SilenceView | null
}

interface Silence extends SilenceRow {
  /** Notifications that were not sent because of it, since the server started. */
  heldBack: number
  readonly timer: NodeJS.Timeout
}

/**
 * Plugins whose trouble somebody knows of. Until a silence ends, nobody is notified of its plugin, and the board shows it
 * apart. What happens is written down all the same.
 */
export class Silences {
  readonly #options: SilencesOptions
  readonly #silences = new Map<string, Silence>()
  readonly #listeners = new Listeners<SilenceChange>()

  private constructor(options: SilencesOptions) {
    this.#options = options
  }

  /** @throws StoreError */
  static async open(options: SilencesOptions): Promise<Silences> {
    const silences = new Silences(options)
    // One that ended while the server did not run ends at once.
    for (const row of await options.store.silences.list()) silences.#use(row)
    return silences
  }

  onDidChange(listener: (change: SilenceChange) => void): () => void {
    return this.#listeners.add(listener)
  }

  of(pluginId: string): SilenceView | null {
    const silence = this.#silences.get(pluginId)
    return silence ? viewOf(silence) : null
  }

  /** Those that end next first. */
  list(): SilenceView[] {
    return [...this.#silences.values()].map(viewOf).toSorted((a, b) => a.until - b.until)
  }

  /** Whether a notification about this plugin is not to be sent; it is counted then. */
  holdBack(pluginId: string): boolean {
    const silence = this.#silences.get(pluginId)
    if (!silence) return false
    silence.heldBack += 1
    return true
  }

  /** In place of the one that there is. @throws StoreError */
  async begin(row: Omit<SilenceRow, 'at'>): Promise<SilenceView> {
    const whole = { ...row, at: clock.epoch() }
    // One that ends in this moment must not end the new one.
    clearTimeout(this.#silences.get(row.pluginId)?.timer)
    try {
      await this.#options.store.silences.put(whole)
    } catch (thrown) {
      const before = this.#silences.get(row.pluginId)
      if (before) this.#use(before)
      throw thrown
    }
    return viewOf(this.#use(whole))
  }

  /** Before its time. @throws RequestError `NOT_FOUND`, StoreError */
  async end(pluginId: string): Promise<void> {
    const silence = this.#silences.get(pluginId)
    if (!silence) throw new RequestError('NOT_FOUND', `${pluginId} is not silenced`)
    await this.#options.store.silences.remove({ pluginId, until: silence.until })
    this.#drop(pluginId)
  }

  /** A plugin was unloaded: another one of its name begins anew. */
  forget(pluginId: string): void {
    const silence = this.#silences.get(pluginId)
    if (!silence) return
    clearTimeout(silence.timer)
    this.#silences.delete(pluginId)
    this.#removeLater(silence)
  }

  close(): void {
    for (const { timer } of this.#silences.values()) clearTimeout(timer)
  }

  #use(row: SilenceRow): Silence {
    const before = this.#silences.get(row.pluginId)
    clearTimeout(before?.timer)
    const timer = setTimeout(() => this.#expire(row.pluginId), Math.max(0, row.until - clock.epoch())).unref()
    const silence = { ...row, heldBack: before?.heldBack ?? 0, timer }
    this.#silences.set(row.pluginId, silence)
    this.#tell(row.pluginId, viewOf(silence))
    return silence
  }

  #expire(pluginId: string): void {
    const { timeline } = this.#options
    timeline.add({ kind: 'operation', code: 'silence-over', pluginId, title: 'The silence is over.' })
    const silence = this.#silences.get(pluginId)
    this.#drop(pluginId)
    if (silence) this.#removeLater(silence)
  }

  #drop(pluginId: string): void {
    clearTimeout(this.#silences.get(pluginId)?.timer)
    this.#silences.delete(pluginId)
    this.#tell(pluginId, null)
  }

  /** Where that cannot be written, the next start ends it at once: its time is on disk. */
  #removeLater({ pluginId, until }: SilenceRow): void {
    this.#options.store.silences.remove({ pluginId, until }).catch((err: unknown) => {
      this.#options.log.warn({ err, plugin: pluginId }, 'a silence that is over could not be removed from the store')
    })
  }

  #tell(pluginId: string, silence: SilenceView | null): void {
    this.#listeners.emit({ pluginId, silence }, (err) => {
      this.#options.log.error({ err }, 'a listener of silences threw')
    })
  }
}

function viewOf({ timer: _timer, pluginId, ...silence }: Silence): SilenceView {
  return { id: pluginId, ...silence }
}
