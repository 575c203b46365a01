import type { Permission } from '@plugboard/plugin-sdk'
import { missingPermissions, withGrants, withoutGrants } from '../catalog/permission.ts'
import { knownOf, readInstalled, readKnownRelease, type Release, type VersionSource } from '../catalog/release.ts'
import { briefOf } from '../errors/error-brief.ts'
import { PluginError } from '../errors/plugin-error.ts'
import { updateFailed } from '../errors/plugin-failure.ts'
import type { Plugin } from '../plugin/plugin.ts'
import type { PluginRegistry } from '../plugin/registry.ts'
import type { PluginUpdate, Verdict } from '../plugin/update.ts'
import { clock } from '../util/clock.ts'
import type { DryRunOption } from './plugin-lifecycle.ts'
import { gatesOf, type Gate, type GateCode } from './update-gates.ts'

export interface UpdateOptions extends DryRunOption {
  /** An installed version. */
  readonly version?: string
  /**
   * `swap`: beside the one that runs, with its state. `restart`: the one that runs is stopped first, and started again if the
   * new one does not start; also for a plugin that does not run. Default: `swap` where it is active.
   */
  readonly strategy?: UpdateStrategy
  /** Where the new version lies. Without it and without `version`: where the plugin was loaded from. */
  readonly path?: string
  /** Gates that the caller takes on. `permissions` grants what is missing. */
  readonly accept?: readonly GateCode[]
  /** Further gates, which the host knows of. */
  readonly gates?: readonly Gate[]
  /** How long the new version is watched, in milliseconds, 0 to 600,000. Default 60,000. */
  readonly watchMs?: number
}

export type UpdateStrategy = 'swap' | 'restart'

const STRATEGIES: readonly unknown[] = ['swap', 'restart'] satisfies UpdateStrategy[]

export const UPDATE_OPTIONS: readonly string[] = [
  'strategy',
  'version',
  'path',
  'accept',
  'gates',
  'watchMs',
  'dryRun',
] satisfies (keyof UpdateOptions)[]

/** What an update would do. */
export interface UpdatePlan {
  readonly id: string
  /** Versions. */
  readonly from: string
  readonly to: string
  /** The digest of an installed version. */
  readonly digest: string | null
  readonly gates: readonly Gate[]
  readonly steps: readonly UpdateStep[]
}

export interface UpdateStep {
  readonly code: 'prepare' | 'hand-over' | 'watch'
  /** One plain sentence. */
  readonly reason: string
}

interface PluginUpdatesOptions {
  readonly registry: PluginRegistry
  readonly versions: VersionSource | null
}

interface Swap {
  readonly release: Release
  /** Grants that it needs besides. */
  readonly added: readonly Permission[]
  readonly watchMs: number
  readonly signal: AbortSignal
}

const DEFAULT_WATCH_MS = 60_000
const MAX_WATCH_MS = 600_000

/** Puts another version of a plugin in the place of the one that runs, watches it, and takes it back where it is bad. */
export class PluginUpdates {
  readonly #registry: PluginRegistry
  readonly #versions: VersionSource | null
  /** By plugin: ends the watching. */
  readonly #timers = new Map<string, NodeJS.Timeout>()

  constructor({ registry, versions }: PluginUpdatesOptions) {
    this.#registry = registry
    this.#versions = versions
  }

  /** What `update` would do, and which gates are in its way. @throws PluginError as `update` does before anything is touched */
  async plan(id: string, options: UpdateOptions): Promise<UpdatePlan> {
    return this.#planOf(this.#registry.get(id), await this.#releaseFor(this.#registry.get(id), options), options)
  }

  /**
   * Resolves once the new version has taken over, and is watched.
   * @throws PluginError `UPDATE_REFUSED`, as `Plugin.swap` does, `OPTION_INVALID`, `METADATA_INVALID`, `VERSION_UNUSABLE`
   */
  async update(id: string, options: UpdateOptions): Promise<PluginUpdate> {
    const { watchMs = DEFAULT_WATCH_MS, accept = [] } = options
    checkWatch(watchMs)
    checkStrategy(options.strategy)
    const plugin = this.#registry.get(id)
    return plugin.operations.run('update', async (signal) => {
      this.#registry.check(plugin)
      const strategy = options.strategy ?? (plugin.state === 'active' ? 'swap' : 'restart')
      if (strategy === 'swap') plugin.checkActive()
      const release = await this.#releaseFor(plugin, options)
      const { from, to, gates } = await this.#planOf(plugin, release, options)
      const closed = gates.filter(({ code }) => !accept.includes(code))
      if (closed.length > 0) {
        const reasons = closed.map(({ message }) => message).join(' ')
        throw new PluginError('UPDATE_REFUSED', `${id} is not updated to ${to}: ${reasons}`, {
          id,
          from,
          to,
          gates: closed,
        })
      }
      await this.#settleBefore(plugin)
      const added = missingPermissions(release.metadata.permissions, plugin.grants)
      const take = { release, added, watchMs, signal }
      return strategy === 'swap' ? this.#swap(plugin, take) : this.#restart(plugin, take)
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
      else {
        clearTimeout(this.#timers.get(id))
        await plugin.goBack(verdict, signal)
      }
      return plugin.update
    })
  }

  /** Nothing is watched any more: the manager is closing. */
  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
  }

  async #releaseFor({ id, release }: Plugin, { version, path }: UpdateOptions): Promise<Release> {
    if (version !== undefined) return readInstalled(id, version, this.#versions)
    if (path === undefined) return readKnownRelease(knownOf(release), this.#versions)
    return readKnownRelease({ path, metadata: release.metadata }, this.#versions)
  }

  async #planOf(
    plugin: Plugin,
    { metadata: after, digest }: Release,
    { watchMs = DEFAULT_WATCH_MS, gates = [] }: UpdateOptions,
  ): Promise<UpdatePlan> {
    const { id, grants } = plugin
    const before = plugin.release.metadata
    const [from, to] = [before.version, after.version]
    const configError = await plugin.misfitOf(after.configSchema)
    const others = this.#registry.nodes().filter((one) => one.id !== id)
    return {
      id,
      from,
      to,
      digest,
      gates: [...gatesOf({ before, after, grants, configError, others }), ...gates],
      steps: [
        { code: 'prepare', reason: `${to} is imported and initialized beside ${from}, which goes on.` },
        {
          code: 'hand-over',
          reason: `Between two events ${to} takes over, with the state that ${from} exports. Events wait meanwhile.`,
        },
        { code: 'watch', reason: `${from} stands by for ${watchMs / 1_000} s, and comes back if ${to} fails.` },
      ],
    }
  }

  async #swap(plugin: Plugin, { release, added, watchMs, signal }: Swap): Promise<PluginUpdate> {
    this.#begin(plugin, release)
    try {
      const state = await plugin.swap(release, added, signal)
      plugin.proceed('watching', { state, until: clock.epoch() + watchMs })
    } catch (thrown) {
      plugin.proceed('failed', { verdict: failedFor(thrown) })
      throw thrown
    }
    this.#watch(plugin, watchMs)
    return plugin.update!
  }

  /** The version that runs is stopped first. It is started again where the new one does not start. */
  async #restart(plugin: Plugin, { release, added, signal }: Swap): Promise<PluginUpdate> {
    const before = { release: plugin.release, ran: plugin.state === 'active' }
    const [from, to] = [before.release.metadata.version, release.metadata.version]
    this.#begin(plugin, release)
    try {
      if (before.ran) await plugin.end({ keepQueue: true })
      await plugin.replace(release, withGrants(plugin.grants, added))
      if (plugin.enabled) await plugin.start(signal, 'manual')
      plugin.proceed('watching', { state: 'none' })
      plugin.proceed('settled', { verdict: RESTARTED })
      return plugin.update!
    } catch (thrown) {
      plugin.proceed('failed', { verdict: failedFor(thrown) })
      await plugin.replace(before.release, withoutGrants(plugin.grants, added))
      if (signal.aborted) throw thrown
      if (before.ran) await plugin.start(signal, 'manual')
      throw updateFailed({ id: plugin.id, from, to }, thrown)
    }
  }

  #begin(plugin: Plugin, { metadata: { version: to }, digest }: Release): void {
    const from = plugin.release.metadata.version
    const since = clock.epoch()
    plugin.begin({ from, to, digest, phase: 'preparing', since, until: null, state: null, verdict: null })
  }

  #watch(plugin: Plugin, watchMs: number): void {
    clearTimeout(this.#timers.get(plugin.id))
    const watched = plugin.update
    const end = (): void => {
      this.#timers.delete(plugin.id)
      const settled = plugin.operations.run('settle-update', async () => {
        // It has ended, or another update has followed.
        if (plugin.update !== watched) return
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

  /** The next update ends the watching of the one before. */
  async #settleBefore(plugin: Plugin): Promise<void> {
    if (plugin.update?.phase !== 'watching') return
    await this.#keep(plugin, { result: 'unsure', metric: 'manual', message: 'Another update followed.', error: null })
  }
}

function failedFor(thrown: unknown): Verdict {
  const error = briefOf(PluginError.from(thrown))
  return { result: 'bad', metric: 'error', message: error.message, error }
}

const RESTARTED: Verdict = {
  result: 'unsure',
  metric: 'manual',
  message: 'It was started in the place of the former version, which does not stand by.',
  error: null,
}

/** @throws PluginError `OPTION_INVALID` */
function checkStrategy(strategy: UpdateStrategy | undefined): void {
  if (strategy === undefined || STRATEGIES.includes(strategy)) return
  const message = `the option strategy is ${String(strategy)}; it must be one of ${STRATEGIES.join(', ')}`
  throw new PluginError('OPTION_INVALID', message, { option: 'strategy' })
}

/** @throws PluginError `OPTION_INVALID` */
function checkWatch(watchMs: number): void {
  if (Number.isSafeInteger(watchMs) && watchMs >= 0 && watchMs <= MAX_WATCH_MS) return
  const message = `the option watchMs is ${String(watchMs)}; it must be a whole number from 0 to ${MAX_WATCH_MS}`
  throw new PluginError('OPTION_INVALID', message, { option: 'watchMs' })
}
