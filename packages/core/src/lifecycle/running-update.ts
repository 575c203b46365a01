import type { JsonObject, Permission } from '@plugboard/plugin-sdk'
import { freemem } from 'node:os'
import { withGrants } from '../catalog/permission.ts'
import { knownOf, missingRelease, readKnownRelease, type Release, type VersionSource } from '../catalog/release.ts'
import type { ReadyConfig } from '../config/plugin-config.ts'
import type { StoredConfig } from '../config/secret.ts'
import { briefOf } from '../errors/error-brief.ts'
import { isPluginError, PluginError } from '../errors/plugin-error.ts'
import { aborted, updateFailed } from '../errors/plugin-failure.ts'
import type { Instance } from '../instance/instance.ts'
import type { Plugin } from '../plugin/plugin.ts'
import {
  canProceed,
  type PluginUpdate,
  type StateOutcome,
  type StoredUpdate,
  type UpdateInHand,
  type UpdateMetrics,
  type UpdatePhase,
  type UpdateStrategy,
  type Verdict,
} from '../plugin/update.ts'
import { clock } from '../util/clock.ts'
import { FormerVersion } from './former-version.ts'
import { changeOver, type HandedOver } from './hand-over.ts'
import { metricsOf, UpdateJudge } from './update-judge.ts'
import { bringBack, canBegin } from './way-back.ts'

/** How long a version is watched at least, and at most, where its caller has not said how long. */
const WATCH_MS = 60_000
export const MAX_WATCH_MS = 600_000
/** So many ends of the host in a row are no coincidence. */
const MAX_RESUMES = 2

export interface BeginOptions {
  /** The new version. */
  readonly release: Release
  /** What it may do besides. */
  readonly added: readonly Permission[]
  readonly strategy: UpdateStrategy
  /** How long it is watched; null: until enough was seen. */
  readonly watchMs: number | null
  /** Its config; null: that of the version before, which it may migrate. */
  readonly config: JsonObject | null
  /** Nothing is decided until `release`, unless it fails. */
  readonly isHeld: boolean
  /** Thrown where the config does not fit and the new version does not migrate it; null: it fits. */
  readonly misfit: PluginError | null
}

interface RunningUpdateOptions extends BeginOptions {
  readonly plugin: Plugin
  readonly former: FormerVersion
  readonly progress: PluginUpdate
}

/** A config for the new version. */
interface NextConfig extends ReadyConfig {
  /** It is another one than before. */
  readonly isNew: boolean
}

const ENDED: Verdict = {
  result: 'unsure',
  metric: 'manual',
  message: 'It was stopped while it was watched.',
  error: null,
}

const HOST_ENDED: Verdict = {
  result: 'unsure',
  metric: 'failed',
  message: 'The host ended before the new version had taken over.',
  error: null,
}

const HOST_ENDS: Verdict = {
  // It need not have been this version.
  result: 'unsure',
  metric: 'host-ended',
  message: `The host ended ${MAX_RESUMES + 1} times while it was watched.`,
  error: null,
}

/** Puts another version of a plugin in the place of the one that runs, watches it, and takes it back where it is bad. */
export class RunningUpdate implements UpdateInHand {
  readonly #plugin: Plugin
  readonly #options: RunningUpdateOptions
  readonly #former: FormerVersion
  #progress: PluginUpdate
  #judge: UpdateJudge | null = null
  /** A verdict was found, and waits for its turn. */
  #isDeciding = false
  /** Its end waits for other updates. */
  #isHeld: boolean
  #hostStopped = false

  private constructor(options: RunningUpdateOptions) {
    this.#options = options
    this.#plugin = options.plugin
    this.#former = options.former
    this.#progress = options.progress
    this.#isHeld = options.isHeld
    options.plugin.followUpdate(this)
  }

  static begin(plugin: Plugin, versions: VersionSource | null, options: BeginOptions): RunningUpdate {
    const { release, added, strategy } = options
    const { stored, revision } = plugin.config
    const former = new FormerVersion(plugin, versions, {
      release: plugin.release,
      config: { ...stored, revision },
      added,
    })
    const progress: PluginUpdate = {
      from: plugin.release.metadata.version,
      to: release.metadata.version,
      digest: release.digest,
      strategy,
      phase: 'preparing',
      since: clock.epoch(),
      until: null,
      state: null,
      resumes: 0,
      metrics: null,
      verdict: null,
    }
    return new RunningUpdate({ ...options, plugin, former, progress })
  }

  /**
   * Takes up an update that was not over when the host ended, for a plugin that does not run: one that had not taken over has
   * failed, one that was watched is watched anew, and one that was on its way back is back.
   */
  static async resume(plugin: Plugin, versions: VersionSource | null, stored: StoredUpdate): Promise<void> {
    const { progress, former: known, config, added, revisionAfter, watchMs, hostStopped } = stored
    const release = await readKnownRelease(known, versions).catch(() => missingRelease(known))
    const former = new FormerVersion(plugin, versions, { release, config, added })
    former.revisionAfter = revisionAfter
    const update = new RunningUpdate({
      plugin,
      former,
      progress: { ...progress, resumes: progress.resumes + (hostStopped ? 0 : 1) },
      added,
      watchMs,
      release: plugin.release,
      strategy: progress.strategy,
      config: null,
      misfit: null,
      isHeld: false,
    })
    await update.#resume()
  }

  get progress(): PluginUpdate {
    if (this.#progress.phase !== 'watching' || !this.#judge) return this.#progress
    return { ...this.#progress, metrics: metricsBy(this.#judge) }
  }

  get stored(): StoredUpdate | null {
    const { phase } = this.#progress
    if (phase === 'settled' || phase === 'rolled-back' || phase === 'failed') return null
    const { release, config, added, revisionAfter } = this.#former
    const { watchMs } = this.#options
    const hostStopped = this.#hostStopped
    return { progress: this.#progress, former: knownOf(release), config, added, revisionAfter, watchMs, hostStopped }
  }

  /**
   * Resolves once the new version has taken over. A failure before that leaves the former one running.
   * @throws PluginError `UPDATE_REFUSED`, `UPDATE_FAILED`, `ABORTED`
   */
  async run(signal: AbortSignal): Promise<void> {
    const { from, to, strategy } = this.#progress
    try {
      await this.#plugin.checkRelease(this.#options.release)
      if (strategy === 'restart') await this.#restart(signal)
      else await this.#takeOver(signal)
    } catch (thrown) {
      const error = signal.aborted ? aborted(this.#plugin.id) : PluginError.from(thrown)
      this.#proceed('failed', { verdict: badFor(error) })
      if (signal.aborted || isPluginError(error, 'UPDATE_REFUSED')) throw error
      throw updateFailed({ id: this.#plugin.id, from, to }, thrown)
    }
  }

  /** The new version stays: nothing stands by any more. */
  async keep(verdict: Verdict): Promise<void> {
    // From here on a failure is its own, also while the former one is still being ended.
    this.#proceed('settled', { verdict })
    await this.#former.end()
  }

  /** The former version goes on in the place of the new one. @throws PluginError as `bringBack` does */
  async goBack(verdict: Verdict, signal: AbortSignal): Promise<void> {
    this.#proceed('rolling-back', { verdict })
    try {
      // It was not started since the host began: neither is the former one.
      if (this.#plugin.state === 'loaded') await this.#former.revert()
      else await bringBack({ plugin: this.#plugin, former: this.#former, strategy: this.#progress.strategy, signal })
    } catch (thrown) {
      // Another operation ends what runs; the former version counts, and is the one that is started next.
      this.#proceed(signal.aborted ? 'rolled-back' : 'failed')
      throw thrown
    }
    this.#proceed('rolled-back')
  }

  /** A way back that is due comes before what follows. */
  async finishWayBack(signal: AbortSignal): Promise<void> {
    const { phase, verdict } = this.#progress
    if (phase === 'rolling-back' && verdict) await this.goBack(verdict, signal)
  }

  /** An update that is watched gives way to the next one. */
  async keepFor(reason: string): Promise<void> {
    if (this.#progress.phase !== 'watching') return
    await this.keep({ result: 'unsure', metric: 'manual', message: reason, error: null })
  }

  /** The time of an update that is held until others have taken over begins. */
  async release(): Promise<void> {
    this.#isHeld = false
    if (this.#progress.phase !== 'watching') return
    if (this.#progress.metrics) this.#watchAnew()
    else await this.keep(STARTED)
  }

  takeFailure(error: PluginError): boolean {
    const plugin = this.#plugin
    const { phase } = this.#progress
    // The way back is under way: it goes on without the state of the one that has failed.
    if (phase === 'rolling-back') plugin.makeWait(error)
    if (phase !== 'watching') return phase === 'rolling-back'
    const verdict = badFor(error)
    plugin.makeWait(error)
    this.#proceed('rolling-back', { verdict })
    const back = plugin.operations.run('go-back', async (signal) => {
      if (this.#progress.phase === 'rolling-back') return this.goBack(verdict, signal)
      // Something else has ended or started it meanwhile.
      if (plugin.instances.current === null && plugin.state === 'unloading') plugin.fail(error)
    })
    back.catch((thrown: unknown) => this.#tellNoWayBack(thrown))
    return true
  }

  lose(instance: Instance, error: PluginError): void {
    if (instance !== this.#former.standby) return
    this.#former.standby = null
    this.#plugin.instances.remove(instance)
    this.#plugin.report('warn', `The version that stood by has ended: ${error.message}`)
  }

  inspect(now: number): void {
    if (this.#progress.phase !== 'watching' || this.#plugin.state !== 'active') return
    if (this.#isDeciding || this.#isHeld) return
    // The host has ended meanwhile, and the version has started again.
    if (!this.#judge) return this.#watchAnew()
    const judge = this.#judge
    const { watchMs } = this.#options
    const bad = judge.look(now)
    const forMs = clock.epoch() - this.#progress.since
    const isOver = watchMs === null ? isSeen(judge, forMs) : forMs >= watchMs
    if (!bad && !isOver) return
    this.#isDeciding = true
    const verdict = bad ?? judge.conclude(now)
    const decided = this.#plugin.operations.run('settle-update', async (signal) => {
      if (this.#progress.phase !== 'watching') return
      if (bad) await this.goBack(verdict, signal)
      else await this.keep(verdict)
    })
    decided.catch((thrown: unknown) => this.#tellNoWayBack(thrown))
  }

  /** It is restarted: the comparison begins anew with its next instance. */
  pause(): void {
    this.#judge = null
  }

  async end({ hostEnds }: { readonly hostEnds: boolean }): Promise<void> {
    this.#hostStopped = hostEnds
    if (hostEnds || !canProceed(this.#progress.phase, 'settled')) await this.#former.end()
    else await this.keep(ENDED)
  }

  async #resume(): Promise<void> {
    const { phase, resumes } = this.#progress
    if (phase === 'preparing' || phase === 'handing-over') {
      // Whoever has set a config since then was this update.
      this.#former.revisionAfter = this.#plugin.config.revision
      await this.#former.revert()
      return this.#proceed('failed', { verdict: HOST_ENDED })
    }
    // What did not run before is nothing to go back to.
    if (phase === 'watching' && !this.#progress.metrics) return this.#proceed('settled', { verdict: STARTED })
    if (phase === 'watching' && resumes <= MAX_RESUMES) return
    if (phase === 'watching') this.#proceed('rolling-back', { verdict: HOST_ENDS })
    await this.#former.revert()
    this.#proceed('rolled-back')
  }

  #tellNoWayBack(thrown: unknown): void {
    this.#plugin.report('error', `The former version could not go on: ${PluginError.from(thrown).message}`)
  }

  /** A phase that cannot follow comes too late, and changes nothing. */
  #proceed(phase: UpdatePhase, more: Partial<Pick<PluginUpdate, 'state' | 'until' | 'verdict'>> = {}): void {
    if (!canProceed(this.#progress.phase, phase)) return
    const metrics = this.#judge ? metricsBy(this.#judge) : this.#progress.metrics
    this.#progress = { ...this.#progress, metrics, until: null, ...more, phase, since: clock.epoch() }
    this.#plugin.followUpdate(this)
  }

  /** The new version has taken over. */
  #watch(state: StateOutcome, before: UpdateMetrics): void {
    this.#judge = this.#judgeBy(before)
    this.#proceed('watching', { state, until: this.#latestEnd() })
  }

  /** Its time begins once more. */
  #watchAnew(): void {
    const { metrics } = this.#progress
    if (!metrics || this.#plugin.state !== 'active') return
    this.#judge = this.#judgeBy(metrics.before)
    this.#progress = { ...this.#progress, since: clock.epoch(), until: this.#latestEnd() }
    this.#plugin.followUpdate(this)
  }

  #judgeBy(before: UpdateMetrics): UpdateJudge {
    const { counters } = this.#plugin.active()
    return new UpdateJudge({ before, counters, mailbox: this.#plugin.events.mailbox, now: clock.now() })
  }

  #latestEnd(): number {
    return clock.epoch() + (this.#options.watchMs ?? MAX_WATCH_MS)
  }

  /** Of the version that runs, before it is stopped. */
  #measure(): UpdateMetrics {
    const { counters } = this.#plugin.active()
    return { ...metricsOf(counters), ...this.#plugin.events.sinceShown() }
  }

  async #takeOver(signal: AbortSignal): Promise<void> {
    const plugin = this.#plugin
    const former = this.#former
    const { release, added } = this.#options
    const grants = withGrants(plugin.grants, added)
    plugin.checkPermissions(release, grants)
    const from = plugin.active()
    const before = this.#measure()
    let to: Instance | null = null
    let ready: NextConfig | null = null
    const make = async (): Promise<Instance> => {
      to = plugin.makeBeside(release)
      await to.launch(signal)
      ready = await this.#configBy(to, signal)
      await to.initialize(ready.config, signal)
      return to
    }
    let handedOver: HandedOver
    try {
      const onPaused = (): void => this.#proceed('handing-over')
      const { strategy } = this.#progress
      handedOver = await changeOver(plugin, { from, make, strategy, takes: () => true, signal, onPaused })
    } catch (thrown) {
      if (to) await plugin.endInstance(to)
      if (plugin.instances.current !== from) await this.#resumeStopped(from, signal)
      throw thrown
    }
    former.standby = from.state.name === 'ended' ? null : from
    former.stateVersion = handedOver.stateVersion
    plugin.grants = grants
    const { stored } = this.#set(ready!, { applied: true })
    plugin.adopt(handedOver.to, { running: stored, stored })
    this.#watch(handedOver.outcome, before)
    // The one that an exclusive update replaces was stopped before.
    if (from.state.name === 'active' && !(await from.standBy())) await former.end()
    else if (freemem() < plugin.standbyFreeBytes) await former.end()
  }

  /** What is to be the config of the new version. @throws PluginError of `migrateConfig`, `CONFIG_INVALID`, `UPDATE_REFUSED` */
  async #configBy(next: Instance, signal: AbortSignal): Promise<NextConfig> {
    const { config } = this.#plugin
    const { misfit, config: given, release } = this.#options
    const { configSchema } = release.metadata
    if (given) return { ...(await config.readyAs(given, configSchema)), isNew: true }
    const migration = { config: config.revealed(), fromVersion: this.#progress.from }
    const migrated = await next.migrateConfig(migration, signal)
    if (!migrated && misfit) throw misfit
    if (!migrated) return { ...(await config.readyFor(configSchema)), isNew: false }
    const ready = await config.readyAs(migrated, configSchema)
    const isNew = JSON.stringify(ready.stored.shown) !== JSON.stringify(config.stored.shown)
    return { ...ready, isNew }
  }

  /** The config is set, if it is another one than before. */
  #set({ stored, isNew }: NextConfig, { applied }: { readonly applied: boolean }): { readonly stored: StoredConfig } {
    if (isNew) this.#former.revisionAfter = this.#plugin.storeConfig(stored, { applied })
    return { stored }
  }

  /** The instance that an exclusive update has stopped goes on, or another one of its version. */
  async #resumeStopped(from: Instance, signal: AbortSignal): Promise<void> {
    const plugin = this.#plugin
    try {
      if (!canBegin(from)) throw new PluginError('ABORTED', `${from.id} has ended`, { id: plugin.id })
      await from.begin(signal)
      plugin.goOn(from)
    } catch (thrown) {
      await plugin.endInstance(from)
      if (signal.aborted) return plugin.callOff()
      plugin.report('warn', `It did not go on: ${PluginError.from(thrown).message}`)
      await plugin.start(signal, 'manual')
    }
  }

  /** The version that runs is ended first. Where the new one does not start, the former one is started again. */
  async #restart(signal: AbortSignal): Promise<void> {
    const plugin = this.#plugin
    const { release, added } = this.#options
    const { state } = plugin
    const before = state === 'active' ? this.#measure() : null
    // One that is only loaded is not to run yet.
    const starts = plugin.enabled && state !== 'loaded'
    this.#proceed('handing-over')
    try {
      if (plugin.instances.current) await plugin.end({ keepQueue: true })
      const adopt = (ready: NextConfig): NextConfig => {
        this.#set(ready, { applied: starts })
        plugin.config.adopt(release.metadata.configSchema, { running: null, stored: ready.stored })
        return ready
      }
      const unstarted = starts ? null : await this.#configAside(signal)
      plugin.useRelease(release, { byUpdate: true })
      plugin.grants = withGrants(plugin.grants, added)
      if (unstarted) adopt(unstarted)
      else await plugin.bringUp(signal, 'manual', async (next) => adopt(await this.#configBy(next, signal)))
    } catch (thrown) {
      await this.#former.revert()
      if (plugin.state === 'loaded') throw thrown
      if (signal.aborted) plugin.callOff()
      else if (before) await plugin.start(signal, 'manual')
      else plugin.fail(PluginError.from(thrown))
      throw thrown
    }
    if (before) return this.#watch('none', before)
    this.#proceed('watching', { state: 'none' })
    // What did not run is nothing to go back to.
    if (!this.#isHeld) await this.keep(STARTED)
  }

  /**
   * The config for a version that is not to run yet. An instance of it is made for that alone where its `migrateConfig` has
   * to be asked, since the config does not fit as it is.
   */
  async #configAside(signal: AbortSignal): Promise<NextConfig> {
    const { release, config: given, misfit } = this.#options
    const { config } = this.#plugin
    const { configSchema } = release.metadata
    if (given) return { ...(await config.readyAs(given, configSchema)), isNew: true }
    if (!misfit) return { ...(await config.readyFor(configSchema)), isNew: false }
    const next = this.#plugin.makeBeside(release)
    try {
      await next.launch(signal)
      return await this.#configBy(next, signal)
    } finally {
      await this.#plugin.endInstance(next)
    }
  }
}

const STARTED: Verdict = {
  result: 'unsure',
  metric: 'manual',
  message: 'The former version did not run, so that there is none to compare it with.',
  error: null,
}

function badFor(error: PluginError): Verdict {
  const metric = METRICS[error.code as keyof typeof METRICS] ?? 'failed'
  return { result: 'bad', metric, message: error.message, error: briefOf(error) }
}

/** What decides where an instance ends for this error. */
const METRICS = {
  PLUGIN_CRASHED: 'crash',
  PLUGIN_HUNG: 'hang',
  OUT_OF_MEMORY: 'out-of-memory',
  ERROR_LIMIT: 'error-limit',
} as const

/** Whether a version was watched long enough, where its caller has not said how long. */
function isSeen({ hasSeenEnough }: UpdateJudge, forMs: number): boolean {
  return forMs >= (hasSeenEnough ? WATCH_MS : MAX_WATCH_MS)
}

function metricsBy(judge: UpdateJudge): PluginUpdate['metrics'] {
  return { before: judge.before, after: judge.after(clock.now()) }
}
