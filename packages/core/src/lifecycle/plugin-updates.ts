import type { JsonObject, Permission, PluginMetadata } from '@plugboard/plugin-sdk'
import { startOrder } from '../catalog/dependency-graph.ts'
import { parsePermissions } from '../catalog/metadata.ts'
import { missingPermissions, withGrants, withoutGrants } from '../catalog/permission.ts'
import { knownOf, readInstalled, readKnownRelease, type Release, type VersionSource } from '../catalog/release.ts'
import type { ErrorBrief } from '../errors/error-brief.ts'
import { briefOf } from '../errors/error-brief.ts'
import { PluginError } from '../errors/plugin-error.ts'
import type { Plugin } from '../plugin/plugin.ts'
import { checkCycle, type PluginRegistry } from '../plugin/registry.ts'
import { changesBetween } from '../plugin/release-change.ts'
import type { PluginUpdate, StoredUpdate, UpdateStrategy, Verdict } from '../plugin/update.ts'
import type { DryRunOption } from './plan.ts'
import { MAX_WATCH_MS, RunningUpdate } from './running-update.ts'
import { gatesOf, type Gate, type GateCode } from './update-gates.ts'
import { stepBack, stepsOf, type UpdateStep } from './update-steps.ts'

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
  /** What it may do from then on, besides what is granted. */
  readonly grant?: readonly Permission[]
  /** The config for the new version. Default: that which is set; a `migrateConfig` of the new version gets it first. */
  readonly config?: JsonObject
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
  'grant',
  'config',
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
  /** How long the new version is watched, in milliseconds; null: until enough was seen. */
  readonly watchMs: number | null
  readonly gates: readonly Gate[]
  readonly steps: readonly UpdateStep[]
}

interface PluginUpdatesOptions {
  readonly registry: PluginRegistry
  readonly versions: VersionSource | null
}

/** One of several updates at once. */
export interface JointUpdate extends Omit<UpdateOptions, 'dryRun'> {
  readonly id: string
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
    const plugin = this.#registry.get(id)
    const release = await this.#releaseFor(plugin, options)
    checkDiffers(plugin, release)
    return this.#planOf({ plugin, options, release })
  }

  /**
   * What `updateAll` would do, in its order: what others need comes first. The gates are those that all of them together leave
   * closed. @throws PluginError as `plan` does, and `DEPENDENCY_CYCLE`
   */
  async planAll(updates: readonly JointUpdate[]): Promise<UpdatePlan[]> {
    const known = new Map<string, PlannedUpdate>()
    for (const options of updates) {
      checkOptions(options)
      const plugin = this.#registry.get(options.id)
      if (known.has(options.id)) throw twice(options.id)
      known.set(options.id, { plugin, options, release: await this.#releaseFor(plugin, options) })
    }
    const after = this.#registry.nodes().map((node) => known.get(node.id)?.release.metadata ?? node)
    for (const node of after) checkCycle(node, after)
    const order = startOrder(after).flatMap(({ id }) => known.get(id) ?? [])
    const plans = []
    for (const update of order) {
      this.#registry.checkDependencies(update.release.metadata, after)
      plans.push(await this.#planOf(update, after))
    }
    return plans
  }

  /**
   * Updates several plugins, one after the other in the order of `planAll`. Either all of them take over, or none stays: where
   * one fails, those before it go back. They are watched from the moment the last one has taken over.
   * @returns their updates, in that order
   * @throws PluginError `UPDATE_REFUSED` before anything is touched, and as `update` does
   */
  async updateAll(updates: readonly JointUpdate[]): Promise<PluginUpdate[]> {
    const plans = await this.planAll(updates)
    const given = new Map(updates.map((update) => [update.id, update]))
    for (const { id, from, to, gates } of plans) {
      const { accept = [], config } = given.get(id)!
      const closed = gates.filter(({ code }) => !accept.includes(code))
      // Whether a version migrates a config that does not fit is known once its code runs.
      const mayMigrate = config === undefined && closed.every(({ code }) => code === 'config')
      if (closed.length > 0 && !mayMigrate) throw refused({ id, from, to }, closed)
    }
    const done: { readonly plugin: Plugin; readonly update: RunningUpdate }[] = []
    try {
      for (const { id } of plans) {
        const { id: _id, accept = [], ...options } = given.get(id)!
        const plugin = this.#registry.get(id)
        // The others take part: what they need is what they will need.
        const held = { ...options, accept: [...accept, 'dependents'] as const, isHeld: true }
        done.push({ plugin, update: await this.#begin(plugin, held) })
      }
      for (const { plugin, update } of done) if (update.progress.phase !== 'watching') throw gone(plugin, update)
    } catch (thrown) {
      for (const { plugin, update } of done.toReversed()) await this.#takeBack(plugin, update)
      throw thrown
    }
    for (const { update } of done) await update.release()
    return done.map(({ update }) => update.progress)
  }

  async #takeBack(plugin: Plugin, update: RunningUpdate): Promise<void> {
    const message = 'Another update of the same call has failed.'
    try {
      await plugin.operations.run('settle-update', async (signal) => {
        if (update.progress.phase !== 'watching') return
        await update.goBack({ result: 'unsure', metric: 'manual', message, error: null }, signal)
      })
    } catch (thrown) {
      plugin.report('error', `The former version could not go on: ${PluginError.from(thrown).message}`)
    }
  }

  /**
   * Resolves once the new version has taken over, and is watched.
   * @throws PluginError `UPDATE_REFUSED`, as `Plugin.swap` does, `OPTION_INVALID`, `METADATA_INVALID`, `VERSION_UNUSABLE`
   */
  async update(id: string, options: UpdateOptions): Promise<PluginUpdate> {
    checkOptions(options)
    return (await this.#begin(this.#registry.get(id), { ...options, isHeld: false })).progress
  }

  async #begin(plugin: Plugin, options: UpdateOptions & { readonly isHeld: boolean }): Promise<RunningUpdate> {
    const { watchMs = null, accept = [], isHeld } = options
    const { id } = plugin
    checkIdle(plugin)
    return plugin.operations.run('update', async (signal) => {
      this.#registry.check(plugin)
      // What runs is another version afterwards.
      await inHand(plugin)?.finishWayBack(signal)
      const release = await this.#releaseFor(plugin, options)
      checkDiffers(plugin, release)
      const { from, to, strategy, gates } = await this.#planOf({ plugin, release, options })
      if (strategy !== 'restart') plugin.active()
      const closed = gates.filter(({ code }) => !accept.includes(code))
      const refusal = closed.length > 0 ? refused({ id, from, to }, closed) : null
      // The new version may migrate a config that does not fit: only its code can say.
      const misfit = options.config === undefined && closed.every(({ code }) => code === 'config') ? refusal : null
      if (refusal && !misfit) throw refusal
      await inHand(plugin)?.keepFor('Another update followed.')
      const given = withoutGrants(parsePermissions(options.grant ?? [], 'grant'), plugin.grants)
      const added = withGrants(given, missingPermissions(release.metadata.permissions, [...plugin.grants, ...given]))
      const config = options.config ?? null
      const begin = { release, added, strategy, watchMs, config, misfit, isHeld }
      const update = RunningUpdate.begin(plugin, this.#versions, begin)
      await update.run(signal)
      return update
    })
  }

  /**
   * Reads what the author of a plugin that runs may have changed: a restart is refused where an update would be.
   * @throws PluginError `UPDATE_REFUSED`
   */
  async checkRestart(plugin: Plugin): Promise<void> {
    if (plugin.state !== 'active' || plugin.release.kind !== 'linked') return
    const { id } = plugin
    // What cannot be read is for the start to say.
    const release = await this.#releaseFor(plugin, {}).catch(() => null)
    if (!release || changesBetween(plugin.release.metadata, release.metadata).length === 0) return
    const { from, to, gates } = await this.#planOf({ plugin, release, options: {} })
    if (gates.length > 0) throw refused({ id, from, to }, gates)
  }

  /** Takes up an update that was not over when the host ended. */
  async resume(plugin: Plugin, stored: StoredUpdate): Promise<void> {
    await RunningUpdate.resume(plugin, this.#versions, stored)
  }

  /** What `settle` with `bad` would do. @throws PluginError `ILLEGAL_TRANSITION` where none is watched */
  planBack(id: string): UpdatePlan {
    const plugin = this.#registry.get(id)
    const { progress } = this.#watched(plugin)
    const [from, to] = [progress.to, progress.from]
    const isActive = plugin.state === 'active'
    const strategy = isActive ? progress.strategy : 'restart'
    return {
      id,
      from,
      to,
      digest: null,
      strategy,
      watchMs: null,
      gates: [],
      steps: [stepBack({ from, to, strategy, isActive })],
    }
  }

  /** Ends the watching of an update. `bad`: the former version goes on. @throws PluginError `ILLEGAL_TRANSITION` where none is watched */
  async settle(id: string, result: 'good' | 'bad'): Promise<PluginUpdate> {
    const plugin = this.#registry.get(id)
    return plugin.operations.run('settle-update', async (signal) => {
      this.#registry.check(plugin)
      const update = this.#watched(plugin)
      const kept = result === 'good'
      const message = kept ? 'It was kept by hand.' : 'It was taken back by hand.'
      const verdict: Verdict = { result, metric: 'manual', message, error: null }
      if (kept) await update.keep(verdict)
      else await update.goBack(verdict, signal)
      return update.progress
    })
  }

  #watched(plugin: Plugin): RunningUpdate {
    const update = inHand(plugin)
    if (update?.progress.phase === 'watching') return update
    const { id, state } = plugin
    throw new PluginError('ILLEGAL_TRANSITION', `no update of ${id} is being watched`, { id, state })
  }

  async #releaseFor({ id, release }: Plugin, { version, path }: UpdateOptions): Promise<Release> {
    if (version !== undefined) return readInstalled(id, version, this.#versions)
    if (path === undefined) return readKnownRelease(knownOf(release), this.#versions)
    return readKnownRelease({ path, metadata: release.metadata }, this.#versions)
  }

  /** @param nodes the plugins as they will be */
  async #planOf(
    { plugin, release, options }: PlannedUpdate,
    nodes: readonly PluginMetadata[] = this.#registry.nodes(),
  ): Promise<UpdatePlan> {
    const { metadata: after, digest } = release
    const { watchMs = null, gates = [] } = options
    const { id } = plugin
    const grants = withGrants(plugin.grants, parsePermissions(options.grant ?? [], 'grant'))
    const before = plugin.release.metadata
    const [from, to] = [before.version, after.version]
    const isActive = plugin.state === 'active'
    const isExclusive = before.exclusive === true || after.exclusive === true
    const strategy = options.strategy ?? (!isActive ? 'restart' : isExclusive ? 'exclusive' : 'swap')
    const configError = await misfitOf(plugin, after.configSchema, options.config)
    const others = nodes.filter((one) => one.id !== id)
    return {
      id,
      from,
      to,
      digest,
      strategy,
      watchMs,
      gates: [...gatesOf({ before, after, grants, configError, others }), ...gates],
      steps: stepsOf({ from, to, strategy, isActive, starts: plugin.enabled && plugin.state !== 'loaded', watchMs }),
    }
  }
}

/** Why a config, or the one that is set, does not fit a schema; null: it does. */
async function misfitOf(
  { config }: Plugin,
  schema: JsonObject | undefined,
  given: JsonObject | undefined,
): Promise<ErrorBrief | null> {
  try {
    await (given ? config.readyAs(given, schema) : config.readyFor(schema))
    return null
  } catch (thrown) {
    return briefOf(PluginError.from(thrown))
  }
}

/** An update whose new version has been read. */
interface PlannedUpdate {
  readonly plugin: Plugin
  readonly release: Release
  readonly options: UpdateOptions
}

/** One update at a time: what the next one would be planned against is not known yet. */
function checkIdle(plugin: Plugin): void {
  const { phase, to } = plugin.update ?? {}
  if (phase !== 'preparing' && phase !== 'handing-over') return
  const { id, state } = plugin
  throw new PluginError('ILLEGAL_TRANSITION', `${id} is being updated to ${to} already`, { id, state })
}

/** An installed version does not change; a linked one may have other code under the same number. */
function checkDiffers({ id, release }: Plugin, { digest, metadata: { version } }: Release): void {
  if (digest === null || release.digest !== digest) return
  throw new PluginError('OPTION_INVALID', `${id} runs ${version} already: there is nothing to update`, {
    option: 'version',
  })
}

function twice(id: string): PluginError<'OPTION_INVALID'> {
  return new PluginError('OPTION_INVALID', `${id} is named twice among the updates`, { option: 'updates' })
}

/** It has failed and gone back while others were being updated. */
function gone({ id }: Plugin, { progress: { from, to, verdict } }: RunningUpdate): PluginError<'UPDATE_FAILED'> {
  const message = verdict?.message ?? 'It was taken back.'
  const cause = verdict?.error ?? { code: 'ABORTED', message, details: null }
  return new PluginError('UPDATE_FAILED', `${id} did not stay at ${to}: ${message}`, { id, from, to, cause })
}

function refused(
  { id, from, to }: { readonly id: string; readonly from: string; readonly to: string },
  gates: readonly Gate[],
): PluginError<'UPDATE_REFUSED'> {
  const reasons = gates.map(({ message }) => message).join(' ')
  return new PluginError('UPDATE_REFUSED', `${id} is not updated to ${to}: ${reasons}`, { id, from, to, gates })
}

function inHand(plugin: Plugin): RunningUpdate | null {
  const update = plugin.updateInHand
  return update instanceof RunningUpdate ? update : null
}

/** @throws PluginError `OPTION_INVALID` */
function checkOptions({ watchMs, strategy }: UpdateOptions): void {
  if (watchMs !== undefined) checkWatch(watchMs)
  checkStrategy(strategy)
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
