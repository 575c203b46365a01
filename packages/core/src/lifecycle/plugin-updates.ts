import type { JsonObject } from '@plugboard/plugin-sdk'
import { missingPermissions } from '../catalog/permission.ts'
import { knownOf, readInstalled, readKnownRelease, type Release, type VersionSource } from '../catalog/release.ts'
import type { ErrorBrief } from '../errors/error-brief.ts'
import { briefOf } from '../errors/error-brief.ts'
import { PluginError } from '../errors/plugin-error.ts'
import type { Plugin } from '../plugin/plugin.ts'
import type { PluginRegistry } from '../plugin/registry.ts'
import type { PluginUpdate, UpdateStrategy, Verdict } from '../plugin/update.ts'
import type { DryRunOption } from './plugin-lifecycle.ts'
import { MAX_WATCH_MS, RunningUpdate } from './running-update.ts'
import { gatesOf, type Gate, type GateCode } from './update-gates.ts'
import { stepsOf, type UpdateStep } from './update-steps.ts'

export interface UpdateOptions extends DryRunOption {
  /** An installed version. */
  readonly version?: string
  /**
   * Default: `swap`, or `exclusive` where one of both versions says so; `restart` where the plugin is not active, for which
   * nothing else is possible.
   */
  readonly strategy?: UpdateStrategy
  /** Where the new version lies. Without it and without `version`: where the plugin was loaded from. */
  readonly path?: string
  /** Gates that the caller takes on. `permissions` grants what is missing. */
  readonly accept?: readonly GateCode[]
  /** Further gates, which the host knows of. */
  readonly gates?: readonly Gate[]
  /** How long the new version is watched, in milliseconds, 0 to 600,000. Default: 60,000, and longer until it has handled 200 events. */
  readonly watchMs?: number
}

const STRATEGIES: readonly unknown[] = ['swap', 'exclusive', 'restart'] satisfies UpdateStrategy[]

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
  readonly strategy: UpdateStrategy
  readonly gates: readonly Gate[]
  readonly steps: readonly UpdateStep[]
}

interface PluginUpdatesOptions {
  readonly registry: PluginRegistry
  readonly versions: VersionSource | null
}

/** Plans updates of plugins, and runs them. */
export class PluginUpdates {
  readonly #registry: PluginRegistry
  readonly #versions: VersionSource | null

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
    const { watchMs = null, accept = [] } = options
    if (watchMs !== null) checkWatch(watchMs)
    checkStrategy(options.strategy)
    const plugin = this.#registry.get(id)
    return plugin.operations.run('update', async (signal) => {
      this.#registry.check(plugin)
      const release = await this.#releaseFor(plugin, options)
      const { from, to, strategy, gates } = await this.#planOf(plugin, release, options)
      if (strategy !== 'restart') plugin.active()
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
      await inHand(plugin)?.settleFor('Another update followed.', signal)
      const added = missingPermissions(release.metadata.permissions, plugin.grants)
      const update = new RunningUpdate({ plugin, versions: this.#versions, release, added, strategy, watchMs })
      await update.run(signal)
      return update.progress
    })
  }

  /** Ends the watching of an update. `bad`: the former version goes on. @throws PluginError `ILLEGAL_TRANSITION` where none is watched */
  async settle(id: string, result: 'good' | 'bad'): Promise<PluginUpdate> {
    const plugin = this.#registry.get(id)
    return plugin.operations.run('settle-update', async (signal) => {
      this.#registry.check(plugin)
      const update = inHand(plugin)
      if (update?.progress.phase !== 'watching') {
        const message = `no update of ${id} is being watched`
        throw new PluginError('ILLEGAL_TRANSITION', message, { id, state: plugin.state })
      }
      const kept = result === 'good'
      const message = kept ? 'It was kept by hand.' : 'It was taken back by hand.'
      const verdict: Verdict = { result, metric: 'manual', message, error: null }
      if (kept) await update.keep(verdict)
      else await update.goBack(verdict, signal)
      return update.progress
    })
  }

  async #releaseFor({ id, release }: Plugin, { version, path }: UpdateOptions): Promise<Release> {
    if (version !== undefined) return readInstalled(id, version, this.#versions)
    if (path === undefined) return readKnownRelease(knownOf(release), this.#versions)
    return readKnownRelease({ path, metadata: release.metadata }, this.#versions)
  }

  async #planOf(plugin: Plugin, { metadata: after, digest }: Release, options: UpdateOptions): Promise<UpdatePlan> {
    const { watchMs = null, gates = [] } = options
    const { id, grants } = plugin
    const before = plugin.release.metadata
    const [from, to] = [before.version, after.version]
    const isActive = plugin.state === 'active'
    const isExclusive = before.exclusive === true || after.exclusive === true
    const strategy = options.strategy ?? (!isActive ? 'restart' : isExclusive ? 'exclusive' : 'swap')
    const configError = await misfit(plugin, after.configSchema)
    const others = this.#registry.nodes().filter((one) => one.id !== id)
    return {
      id,
      from,
      to,
      digest,
      strategy,
      gates: [...gatesOf({ before, after, grants, configError, others }), ...gates],
      steps: stepsOf({ from, to, strategy, isActive, isEnabled: plugin.enabled, watchMs }),
    }
  }
}

/** Why the config that is set does not fit a schema; null: it does. */
async function misfit({ config }: Plugin, schema: JsonObject | undefined): Promise<ErrorBrief | null> {
  try {
    await config.readyFor(schema)
    return null
  } catch (thrown) {
    return briefOf(PluginError.from(thrown))
  }
}

function inHand(plugin: Plugin): RunningUpdate | null {
  const update = plugin.updateInHand
  return update instanceof RunningUpdate ? update : null
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
