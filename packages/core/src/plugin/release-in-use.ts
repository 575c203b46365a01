import { compileTopicPatterns, type PluginLimits, type TopicMatcher } from '@plugboard/plugin-sdk'
import { limitsOf, type Limits } from '../catalog/limits.ts'
import { knownOf, readKnownRelease, type Release } from '../catalog/release.ts'
import { clock } from '../util/clock.ts'
import { RateLimit } from '../util/rate-limit.ts'
import type { PluginHost } from './plugin-host.ts'
import { changesBetween, checkConfigSchema, type ReleaseChange } from './release-change.ts'

type ReleaseHost = Pick<PluginHost, 'settings' | 'validator' | 'versions' | 'checkDependencies'>

/** The version of a plugin that counts now, and what follows from its plugin.json. */
export class ReleaseInUse {
  readonly #host: ReleaseHost
  /** The host's own limits for the plugin. */
  readonly #override: PluginLimits | undefined
  #release: Release
  #limits: Limits
  #requestLimit: RateLimit
  #handlesTopic: TopicMatcher

  constructor(host: ReleaseHost, release: Release, override: PluginLimits | undefined) {
    this.#host = host
    this.#override = override
    this.#release = release
    this.#limits = this.limitsOf(release)
    this.#requestLimit = new RateLimit(this.#limits.publishesPerSecond, clock.now())
    this.#handlesTopic = compileTopicPatterns(release.metadata.events)
  }

  get release(): Release {
    return this.#release
  }

  get limits(): Limits {
    return this.#limits
  }

  get override(): PluginLimits | undefined {
    return this.#override
  }

  /** How often the plugin may ask its host for anything, over all its instances. */
  get requestLimit(): RateLimit {
    return this.#requestLimit
  }

  /** Matches the topics that plugin.json names. */
  get handlesTopic(): TopicMatcher {
    return this.#handlesTopic
  }

  limitsOf({ metadata }: Release): Limits {
    return limitsOf({ requested: metadata.limits, override: this.#override }, this.#host.settings)
  }

  /** What its author may have changed. @throws PluginError as `readKnownRelease` and `check` do */
  async readAnew(): Promise<Release> {
    const before = this.#release
    const release = await readKnownRelease(knownOf(before), this.#host.versions)
    if (changesBetween(before.metadata, release.metadata).length > 0) await this.check(release)
    return release
  }

  /** @throws PluginError `METADATA_INVALID`, `DEPENDENCY_UNMET`, `DEPENDENCY_CYCLE` */
  async check(release: Release): Promise<void> {
    await checkConfigSchema(release, this.#host.validator)
    this.#host.checkDependencies(release.metadata)
  }

  /** It counts from now on. @returns what is not as it was */
  use(release: Release): ReleaseChange[] {
    const changes = changesBetween(this.#release.metadata, release.metadata)
    this.#release = release
    if (changes.length === 0) return changes
    this.#limits = this.limitsOf(release)
    this.#requestLimit = new RateLimit(this.#limits.publishesPerSecond, clock.now())
    this.#handlesTopic = compileTopicPatterns(release.metadata.events)
    return changes
  }
}
