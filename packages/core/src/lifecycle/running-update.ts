import type { Permission } from '@plugboard/plugin-sdk'
import { withGrants, withoutGrants } from '../catalog/permission.ts'
import { knownOf, readKnownRelease, type Release, type VersionSource } from '../catalog/release.ts'
import type { StoredConfig } from '../config/secret.ts'
import { briefOf } from '../errors/error-brief.ts'
import { PluginError } from '../errors/plugin-error.ts'
import { aborted, startFailure, updateFailed } from '../errors/plugin-failure.ts'
import type { Instance } from '../instance/instance.ts'
import type { Plugin } from '../plugin/plugin.ts'
import {
  canProceed,
  type PluginUpdate,
  type StateOutcome,
  type UpdateInHand,
  type UpdateMetrics,
  type UpdatePhase,
  type UpdateStrategy,
  type Verdict,
} from '../plugin/update.ts'
import { clock } from '../util/clock.ts'
import { handOver, handOverInTurn, type HandedOver, type HandOver } from './hand-over.ts'
import { metricsOf, UpdateJudge } from './update-judge.ts'

/** How long a version is watched at least, and at most, where its caller has not said how long. */
const WATCH_MS = 60_000
export const MAX_WATCH_MS = 600_000

export interface RunningUpdateOptions {
  readonly plugin: Plugin
  readonly versions: VersionSource | null
  /** The new version. */
  readonly release: Release
  /** What it may do besides. */
  readonly added: readonly Permission[]
  readonly strategy: UpdateStrategy
  /** How long it is watched; null: until enough was seen. */
  readonly watchMs: number | null
}

/** The version that an update replaces, and what it takes to bring it back. */
interface Former {
  readonly release: Release
  /** The config that was set. */
  readonly stored: StoredConfig
  readonly revision: number
  /** The form of its state; null where it was not asked. */
  stateVersion: number | null
  /** It was stopped, and can be started again; null: a new one has to be made. */
  standby: Instance | null
}

const ENDED: Verdict = {
  result: 'unsure',
  metric: 'manual',
  message: 'It was stopped while it was watched.',
  error: null,
}

/** Puts another version of a plugin in the place of the one that runs, watches it, and takes it back where it is bad. */
export class RunningUpdate implements UpdateInHand {
  readonly #plugin: Plugin
  readonly #versions: VersionSource | null
  readonly #release: Release
  readonly #added: readonly Permission[]
  readonly #watchMs: number | null
  readonly #former: Former
  #progress: PluginUpdate
  #judge: UpdateJudge | null = null
  /** A verdict was found, and waits for its turn. */
  #isDeciding = false

  constructor({ plugin, versions, release, added, strategy, watchMs }: RunningUpdateOptions) {
    this.#plugin = plugin
    this.#versions = versions
    this.#release = release
    this.#added = added
    this.#watchMs = watchMs
    const { stored, revision } = plugin.config
    this.#former = { release: plugin.release, stored, revision, stateVersion: null, standby: null }
    this.#progress = {
      from: plugin.release.metadata.version,
      to: release.metadata.version,
      digest: release.digest,
      strategy,
      phase: 'preparing',
      since: clock.epoch(),
      until: null,
      state: null,
      metrics: null,
      verdict: null,
    }
    plugin.followUpdate(this)
  }

  get progress(): PluginUpdate {
    if (this.#progress.phase !== 'watching' || !this.#judge) return this.#progress
    return { ...this.#progress, metrics: metricsBy(this.#judge) }
  }

  /**
   * Resolves once the new version has taken over. A failure before that leaves the former one running.
   * @throws PluginError `UPDATE_FAILED`, `ABORTED`
   */
  async run(signal: AbortSignal): Promise<void> {
    const { from, to, strategy } = this.#progress
    try {
      await this.#plugin.checkRelease(this.#release)
      if (strategy === 'restart') await this.#restart(signal)
      else await this.#takeOver(signal)
    } catch (thrown) {
      const error = signal.aborted ? aborted(this.#plugin.id) : PluginError.from(thrown)
      this.#proceed('failed', { verdict: badFor(error) })
      throw signal.aborted ? error : updateFailed({ id: this.#plugin.id, from, to }, thrown)
    }
  }

  /** The new version stays: nothing stands by any more. */
  async keep(verdict: Verdict): Promise<void> {
    const { standby } = this.#former
    this.#former.standby = null
    if (standby?.state.name === 'standby') await standby.cleanUp()
    if (standby) await this.#plugin.endInstance(standby)
    this.#proceed('settled', { verdict })
  }

  /**
   * The former version goes on in the place of the new one: with its state, if that has the same form, and otherwise as it
   * was. @throws PluginError of its start
   */
  async goBack(verdict: Verdict, signal: AbortSignal): Promise<void> {
    this.#proceed('rolling-back', { verdict })
    try {
      await this.#bringBack(signal)
    } catch (thrown) {
      this.#proceed('failed')
      throw thrown
    }
    this.#proceed('rolled-back')
  }

  /** An update that is not over yet gives way to the next operation: it is kept, or its way back comes first. */
  async settleFor(reason: string, signal: AbortSignal): Promise<void> {
    const { phase, verdict } = this.#progress
    if (phase === 'rolling-back' && verdict) await this.goBack(verdict, signal)
    else if (phase === 'watching') await this.keep({ result: 'unsure', metric: 'manual', message: reason, error: null })
  }

  takeFailure(error: PluginError): boolean {
    if (this.#progress.phase !== 'watching') return false
    const plugin = this.#plugin
    const verdict = badFor(error)
    plugin.makeWait(error)
    this.#proceed('rolling-back', { verdict })
    const back = plugin.operations.run('go-back', async (signal) => {
      if (this.#progress.phase === 'rolling-back') return this.goBack(verdict, signal)
      // Something else has ended or started it meanwhile.
      if (plugin.instances.current === null && plugin.state === 'unloading') plugin.fail(error)
    })
    back.catch((thrown: unknown) => {
      plugin.report('error', `The former version could not go on: ${PluginError.from(thrown).message}`)
    })
    return true
  }

  lose(instance: Instance, error: PluginError): void {
    if (instance !== this.#former.standby) return
    this.#former.standby = null
    this.#plugin.instances.remove(instance)
    this.#plugin.report('warn', `The version that stood by has ended: ${error.message}`)
  }

  inspect(now: number): void {
    const judge = this.#judge
    const { phase, since } = this.#progress
    if (phase !== 'watching' || !judge || this.#isDeciding) return
    const bad = judge.look(now)
    const forMs = clock.epoch() - since
    const isOver = this.#watchMs === null ? isSeen(judge, forMs) : forMs >= this.#watchMs
    if (!bad && !isOver) return
    this.#isDeciding = true
    const verdict = bad ?? judge.conclude(now)
    const decided = this.#plugin.operations.run('settle-update', async (signal) => {
      if (this.#progress.phase !== 'watching') return
      if (bad) await this.goBack(verdict, signal)
      else await this.keep(verdict)
    })
    decided.catch((thrown: unknown) => {
      this.#plugin.report('error', `The former version could not go on: ${PluginError.from(thrown).message}`)
    })
  }

  async end(): Promise<void> {
    if (canProceed(this.#progress.phase, 'settled')) await this.keep(ENDED)
  }

  /** A phase that cannot follow comes too late, and changes nothing. */
  #proceed(phase: UpdatePhase, more: Partial<Pick<PluginUpdate, 'state' | 'until' | 'verdict'>> = {}): void {
    if (!canProceed(this.#progress.phase, phase)) return
    this.#progress = { ...this.progress, until: null, ...more, phase, since: clock.epoch() }
    this.#plugin.followUpdate(this)
  }

  #watch(state: StateOutcome, before: UpdateMetrics): void {
    const { counters } = this.#plugin.active()
    this.#judge = new UpdateJudge({ before, counters, mailbox: this.#plugin.events.mailbox, now: clock.now() })
    this.#proceed('watching', { state, until: clock.epoch() + (this.#watchMs ?? MAX_WATCH_MS) })
  }

  /** Of the version that runs, before it is stopped. */
  #measure(): UpdateMetrics {
    const plugin = this.#plugin
    const forMs = plugin.status.activeForMs ?? 0
    return metricsOf(plugin.active().counters, plugin.events.mailbox, { forMs })
  }

  async #takeOver(signal: AbortSignal): Promise<void> {
    const plugin = this.#plugin
    const former = this.#former
    const grants = withGrants(plugin.grants, this.#added)
    plugin.checkPermissions(this.#release, grants)
    const { config, stored } = await plugin.config.readyFor(this.#release.metadata.configSchema)
    signal.throwIfAborted()
    const from = plugin.active()
    const before = this.#measure()
    let to: Instance | null = null
    const make = async (): Promise<Instance> => {
      to = plugin.makeBeside(this.#release)
      await to.prepare(config, signal)
      return to
    }
    let handedOver: HandedOver
    try {
      handedOver = await this.#handOver(from, make, { takes: () => true, signal })
    } catch (thrown) {
      if (to) await plugin.endInstance(to)
      if (plugin.instances.current !== from) await this.#resume(from, signal)
      throw thrown
    }
    former.standby = from
    former.stateVersion = handedOver.stateVersion
    plugin.grants = grants
    plugin.adopt(handedOver.to, { running: stored, stored })
    this.#watch(handedOver.outcome, before)
    // The one that an exclusive update replaces was stopped before.
    const standsBy = from.state.name === 'standby' || (await from.standBy())
    if (standsBy) return
    former.standby = null
    await plugin.endInstance(from)
  }

  /** A failure leaves the instance that was to hand over active; of an exclusive update only where it was not stopped yet. */
  async #handOver(
    from: Instance,
    make: () => Promise<Instance>,
    { takes, signal }: Pick<HandOver, 'takes' | 'signal'>,
  ): Promise<HandedOver> {
    const plugin = this.#plugin
    const { mailbox } = plugin.events
    const onPaused = (): void => this.#proceed('handing-over')
    if (this.#progress.strategy !== 'exclusive')
      return handOver({ from, to: await make(), mailbox, signal, takes, onPaused })
    const makeInTurn = (): Promise<Instance> => {
      plugin.instances.setAside()
      plugin.rest('unloading')
      plugin.rest('initializing')
      return make()
    }
    return handOverInTurn({ from, mailbox, signal, takes, onPaused, make: makeInTurn })
  }

  /** The instance that an exclusive update has stopped goes on, or another one of its version. */
  async #resume(from: Instance, signal: AbortSignal): Promise<void> {
    const plugin = this.#plugin
    try {
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
    const before = { release: plugin.release, grants: plugin.grants, ran: plugin.state === 'active' }
    const metrics = before.ran ? this.#measure() : null
    this.#proceed('handing-over')
    try {
      if (before.ran) await plugin.end({ keepQueue: true })
      plugin.useRelease(this.#release)
      plugin.grants = withGrants(plugin.grants, this.#added)
      if (plugin.enabled) await plugin.bringUp(signal, 'manual')
    } catch (thrown) {
      plugin.useRelease(before.release)
      plugin.grants = withoutGrants(plugin.grants, this.#added)
      if (signal.aborted) plugin.callOff()
      else if (before.ran) await plugin.start(signal, 'manual')
      else plugin.fail(PluginError.from(thrown))
      throw thrown
    }
    if (metrics && plugin.enabled) return this.#watch('none', metrics)
    this.#proceed('watching', { state: 'none' })
    // What did not run is nothing to go back to.
    await this.keep(STARTED)
  }

  async #bringBack(signal: AbortSignal): Promise<void> {
    const plugin = this.#plugin
    const former = this.#former
    const bad = plugin.instances.current
    let to = former.standby
    let running = former.stored
    const make = async (): Promise<Instance> => {
      if (to) return to
      const made = await this.#remake(signal)
      running = made.running
      return (to = made.instance)
    }
    if (bad?.state.name === 'active') {
      try {
        await this.#handOver(bad, make, { takes: (stateVersion) => stateVersion === former.stateVersion, signal })
        await this.#restore(to!, running)
        return await plugin.retire(bad)
      } catch (thrown) {
        if (signal.aborted) throw aborted(plugin.id)
        plugin.report('warn', `It could not hand over its state: ${PluginError.from(thrown).message}`)
        if (to && !canBegin(to)) {
          await plugin.endInstance(to)
          to = null
        }
        former.standby = to
        // It cannot be started: the version that runs goes on.
        if (!to && plugin.instances.current === bad) throw this.#cannotGoOn()
      }
    }
    try {
      await this.#stopBad(bad)
      plugin.rest('initializing')
      await (await make()).begin(signal)
    } catch (thrown) {
      const error = signal.aborted ? aborted(plugin.id) : startFailure(plugin.id, thrown)
      if (to) await plugin.endInstance(to)
      this.#former.standby = null
      plugin.useRelease(former.release)
      plugin.grants = withoutGrants(plugin.grants, this.#added)
      if (signal.aborted) plugin.callOff()
      else plugin.fail(error)
      throw error
    }
    await this.#restore(to!, running)
  }

  /** A new instance of the former version, for one that does not stand by. @throws PluginError `VERSION_UNUSABLE`, and of its start */
  async #remake(signal: AbortSignal): Promise<{ readonly instance: Instance; readonly running: StoredConfig }> {
    const plugin = this.#plugin
    const { release, stored } = this.#former
    const { version } = release.metadata
    const found = await readKnownRelease(knownOf(release), this.#versions)
    if (found.metadata.version !== version) {
      const message = `${version} of ${plugin.id} is gone: its folder holds ${found.metadata.version}`
      throw new PluginError('VERSION_UNUSABLE', message, { id: plugin.id, version, reason: 'VERSION_NOT_FOUND' })
    }
    plugin.checkPermissions(found, plugin.grants)
    const { configSchema } = found.metadata
    // A config that was set meanwhile may fit the new version only.
    const ready = await plugin.config.readyFor(configSchema).catch(() => plugin.config.readyFor(configSchema, stored))
    signal.throwIfAborted()
    const instance = plugin.makeBeside(found)
    try {
      await instance.prepare(ready.config, signal)
    } catch (thrown) {
      await plugin.endInstance(instance)
      throw thrown
    }
    return { instance, running: ready.stored }
  }

  /** Stops the version that has failed, if it is alive. Its events wait. */
  async #stopBad(bad: Instance | null): Promise<void> {
    const plugin = this.#plugin
    bad?.halt()
    if (plugin.state === 'active') plugin.rest('unloading')
    plugin.events.mailbox.close()
    if (bad && bad.state.name !== 'ended') await plugin.retire(bad)
  }

  /** The former version is the one that counts again. */
  async #restore(instance: Instance, running: StoredConfig): Promise<void> {
    const plugin = this.#plugin
    const { release, stored, revision } = this.#former
    this.#former.standby = null
    // A config that was set meanwhile stays set, for its next start.
    const isSame = plugin.config.revision === revision
    const kept = isSame ? stored : await plugin.config.hiddenFor(release.metadata.configSchema)
    plugin.grants = withoutGrants(plugin.grants, this.#added)
    plugin.adopt(instance, { running, stored: kept })
  }

  #cannotGoOn(): PluginError<'ILLEGAL_TRANSITION'> {
    const { id, state } = this.#plugin
    const message = `${this.#progress.from} of ${id} could not be started again`
    return new PluginError('ILLEGAL_TRANSITION', message, { id, state })
  }
}

const STARTED: Verdict = {
  result: 'unsure',
  metric: 'manual',
  message: 'The former version did not run, so that there is none to compare it with.',
  error: null,
}

/** It was made or stopped, and its `start` has not been tried since. */
function canBegin({ state: { name } }: Instance): boolean {
  return name === 'starting' || name === 'standby'
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
