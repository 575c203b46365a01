import { readKnownRelease, type Release } from '../catalog/release.ts'
import { briefOf } from '../errors/error-brief.ts'
import { PluginError } from '../errors/plugin-error.ts'
import type { Plugin } from '../plugin/plugin.ts'
import type { PluginRegistry } from '../plugin/registry.ts'
import type { PluginUpdate, Verdict } from '../plugin/update.ts'
import { clock } from '../util/clock.ts'

export interface UpdateOptions {
  /** Where the new version lies; default: where the plugin was loaded from. */
  readonly path?: string
  /** How long the new version is watched, in milliseconds, 0 to 600,000. Default 60,000. */
  readonly watchMs?: number
}

const DEFAULT_WATCH_MS = 60_000
const MAX_WATCH_MS = 600_000

/** Puts another version of a plugin in the place of the one that runs, watches it, and takes it back where it is bad. */
export class PluginUpdates {
  readonly #registry: PluginRegistry
  /** By plugin: ends the watching. */
  readonly #timers = new Map<string, NodeJS.Timeout>()

  constructor(registry: PluginRegistry) {
    this.#registry = registry
  }

  /** Resolves once the new version has taken over, and is watched. @throws PluginError as `Plugin.swap` does, `OPTION_INVALID`, `METADATA_INVALID` */
  async update(id: string, { path, watchMs = DEFAULT_WATCH_MS }: UpdateOptions): Promise<PluginUpdate> {
    checkWatch(watchMs)
    const plugin = this.#registry.get(id)
    return plugin.operations.run('update', async (signal) => {
      this.#registry.check(plugin)
      await this.#settleBefore(plugin)
      const release = await readKnownRelease({ path: path ?? plugin.release.path, metadata: plugin.release.metadata })
      return this.#swap(plugin, { release, watchMs, signal })
    })
  }

  /** Ends the watching of an update. `bad`: the former version goes on. @throws PluginError `ILLEGAL_TRANSITION` where none is watched */
  async settle(id: string, result: 'good' | 'bad'): Promise<PluginUpdate> {
    const plugin = this.#registry.get(id)
    return plugin.operations.run('settle-update', async (signal) => {
      this.#registry.check(plugin)
      if (plugin.update?.phase !== 'watching') {
        const message = `no update of ${id} is being watched`
        throw new PluginError('ILLEGAL_TRANSITION', message, { id, state: plugin.state })
      }
      const kept = result === 'good'
      const message = kept ? 'It was kept by hand.' : 'It was taken back by hand.'
      const verdict: Verdict = { result, metric: 'manual', message, error: null }
      if (kept) await this.#keep(plugin, verdict)
      else await this.#takeBack(plugin, verdict, signal)
      return plugin.update
    })
  }

  /** Nothing is watched any more: the manager is closing. */
  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
  }

  async #swap(
    plugin: Plugin,
    { release, watchMs, signal }: { readonly release: Release; readonly watchMs: number; readonly signal: AbortSignal },
  ): Promise<PluginUpdate> {
    const from = plugin.release.metadata.version
    const to = release.metadata.version
    plugin.begin({ from, to, phase: 'preparing', since: clock.epoch(), until: null, state: null, verdict: null })
    try {
      const state = await plugin.swap(release, signal)
      plugin.proceed('watching', { state, until: clock.epoch() + watchMs })
    } catch (thrown) {
      const error = briefOf(PluginError.from(thrown))
      plugin.proceed('failed', { verdict: { result: 'bad', metric: 'error', message: error.message, error } })
      throw thrown
    }
    this.#watch(plugin, watchMs)
    return plugin.update!
  }

  #watch(plugin: Plugin, watchMs: number): void {
    clearTimeout(this.#timers.get(plugin.id))
    const end = (): void => {
      this.#timers.delete(plugin.id)
      const settled = plugin.operations.run('settle-update', async () => {
        if (plugin.update?.phase !== 'watching') return
        const message = `Nothing spoke against it for ${watchMs / 1_000} s.`
        await this.#keep(plugin, { result: 'unsure', metric: 'time', message, error: null })
      })
      settled.catch(() => {})
    }
    this.#timers.set(plugin.id, setTimeout(end, watchMs).unref())
  }

  async #keep(plugin: Plugin, verdict: Verdict): Promise<void> {
    clearTimeout(this.#timers.get(plugin.id))
    await plugin.endStandby()
    plugin.proceed('settled', { verdict })
  }

  async #takeBack(plugin: Plugin, verdict: Verdict, signal: AbortSignal): Promise<void> {
    clearTimeout(this.#timers.get(plugin.id))
    plugin.proceed('rolling-back', { verdict })
    await plugin.goBack(signal)
    plugin.proceed('rolled-back')
  }

  /** The next update ends the watching of the one before. */
  async #settleBefore(plugin: Plugin): Promise<void> {
    if (plugin.update?.phase !== 'watching') return
    await this.#keep(plugin, { result: 'unsure', metric: 'manual', message: 'Another update followed.', error: null })
  }
}

/** @throws PluginError `OPTION_INVALID` */
function checkWatch(watchMs: number): void {
  if (Number.isSafeInteger(watchMs) && watchMs >= 0 && watchMs <= MAX_WATCH_MS) return
  const message = `the option watchMs is ${String(watchMs)}; it must be a whole number from 0 to ${MAX_WATCH_MS}`
  throw new PluginError('OPTION_INVALID', message, { option: 'watchMs' })
}
