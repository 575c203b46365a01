import type { Permission } from '@plugboard/plugin-sdk'
import { withoutGrants } from '../catalog/permission.ts'
import { knownOf, readKnownRelease, type Release, type VersionSource } from '../catalog/release.ts'
import type { StoredConfig } from '../config/secret.ts'
import { PluginError } from '../errors/plugin-error.ts'
import type { Instance } from '../instance/instance.ts'
import type { Plugin } from '../plugin/plugin.ts'

export interface FormerVersionOptions {
  readonly release: Release
  /** The config that was set. */
  readonly config: StoredConfig & { readonly revision: number }
  /** What was granted for the version that replaces it. */
  readonly added: readonly Permission[]
}

/** The version that an update replaces, and what it takes to bring it back. */
export class FormerVersion {
  readonly release: Release
  readonly config: FormerVersionOptions['config']
  readonly added: readonly Permission[]
  /** It was stopped, and can be started again; null: a new instance has to be made. */
  standby: Instance | null = null
  /** The form of its state; null where it was not asked. */
  stateVersion: number | null = null
  /** The revision that the config had after the update: that of before, unless the update has set another config. */
  revisionAfter: number
  readonly #plugin: Plugin
  readonly #versions: VersionSource | null

  constructor(plugin: Plugin, versions: VersionSource | null, { release, config, added }: FormerVersionOptions) {
    this.#plugin = plugin
    this.#versions = versions
    this.release = release
    this.config = config
    this.added = added
    this.revisionAfter = config.revision
  }

  /** Whether it is still there, and has the permissions that it needs. @throws PluginError `VERSION_UNUSABLE`, `PERMISSION_DENIED` */
  async find(): Promise<Release> {
    const plugin = this.#plugin
    const { version } = this.release.metadata
    const found = await readKnownRelease(knownOf(this.release), this.#versions)
    if (found.metadata.version !== version) {
      const message = `${version} of ${plugin.id} is gone: its folder holds ${found.metadata.version}`
      throw new PluginError('VERSION_UNUSABLE', message, { id: plugin.id, version, reason: 'VERSION_NOT_FOUND' })
    }
    plugin.checkPermissions(found, plugin.grants)
    return found
  }

  /**
   * A new instance of it, imported and initialized, with its config.
   * @throws PluginError `VERSION_UNUSABLE`, `PERMISSION_DENIED`, `CONFIG_INVALID`, and of its start
   */
  async make(signal: AbortSignal): Promise<{ readonly instance: Instance; readonly running: StoredConfig }> {
    const plugin = this.#plugin
    const found = await this.find()
    const { configSchema } = found.metadata
    const isOwn = plugin.config.revision === this.revisionAfter
    // A config that was set meanwhile may fit the new version only.
    const ready = isOwn
      ? await plugin.config.readyFor(configSchema, this.config)
      : await plugin.config.readyFor(configSchema).catch(() => plugin.config.readyFor(configSchema, this.config))
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

  /** An instance of it, which is active, is the plugin's again. */
  async restore(instance: Instance, running: StoredConfig): Promise<void> {
    this.standby = null
    this.#takeBackGrants()
    const stored = await this.#takeBackConfig()
    this.#plugin.adopt(instance, { running, stored })
  }

  /** It counts again, for the next start. */
  async revert(): Promise<void> {
    this.#takeBackGrants()
    const stored = await this.#takeBackConfig()
    this.#plugin.useRelease(this.release, { byUpdate: true })
    this.#plugin.config.adopt(this.release.metadata.configSchema, { running: null, stored })
  }

  /** It is not needed any more. */
  async end(): Promise<void> {
    const instance = this.standby
    this.standby = null
    if (!instance) return
    if (instance.state.name === 'standby') await instance.cleanUp()
    await this.#plugin.endInstance(instance)
  }

  #takeBackGrants(): void {
    this.#plugin.grants = withoutGrants(this.#plugin.grants, this.added)
  }

  /** A config that was set by somebody meanwhile stays set, for the next start. */
  async #takeBackConfig(): Promise<StoredConfig> {
    const { config } = this.#plugin
    if (config.revision !== this.revisionAfter) return config.hiddenFor(this.release.metadata.configSchema)
    const { shown, secrets, revision } = this.config
    if (this.revisionAfter !== revision) this.#plugin.storeConfig({ shown, secrets }, { applied: true })
    return { shown, secrets }
  }
}
