import type { Isolation, JsonObject, PluginMetadata } from '@plugboard/plugin-sdk'
import { resolve } from 'node:path'
import type { ConfigValidator } from '../config/config-validator.ts'
import { prepareConfig } from '../config/plugin-config.ts'
import { NO_CONFIG, reveal, type StoredConfig } from '../config/secret.ts'
import { Plugin } from '../plugin/plugin.ts'
import type { LoadOptions, StoredPlugin } from '../plugin/load-options.ts'
import { missingPermissions, withDefaultGrants } from '../catalog/permission.ts'
import { PluginError } from '../errors/plugin-error.ts'
import { permissionDenied } from '../errors/plugin-failure.ts'
import type { PluginHost } from '../plugin/plugin-host.ts'
import { checkConfigSchema } from '../plugin/release-change.ts'
import { metadataInvalid, parsePermissions } from '../catalog/metadata.ts'
import type { PluginRegistry } from '../plugin/registry.ts'
import type { PluginState } from '../plugin/state.ts'
import {
  listPluginPaths,
  missingRelease,
  readInstalled,
  readKnownRelease,
  readRelease,
  type InstalledPlace,
  type Release,
} from '../catalog/release.ts'
import { checkNames } from '../errors/check-names.ts'
import { checkStored } from './check-stored.ts'

/** What lies in the plugin paths and is not loaded. */
export type AvailablePlugin =
  | { readonly path: string; readonly metadata: PluginMetadata; readonly error: null }
  | { readonly path: string; readonly metadata: null; readonly error: PluginError }

export interface PluginLoaderOptions {
  readonly host: PluginHost
  readonly registry: PluginRegistry
  readonly pluginPaths: readonly string[]
  /** Ids that may run inline. */
  readonly inlinePlugins: readonly string[]
}

/** Brings plugins from disk into the registry: everything that can be refused is checked before anything is registered [LC3.a]. */
export class PluginLoader {
  readonly #host: PluginHost
  readonly #registry: PluginRegistry
  readonly #validator: ConfigValidator
  readonly #inlinePlugins: readonly string[]
  readonly #paths: string[]
  /** Ids of plugins that are about to be registered. */
  readonly #reserved = new Set<string>()

  constructor({ host, registry, pluginPaths, inlinePlugins }: PluginLoaderOptions) {
    this.#host = host
    this.#registry = registry
    this.#validator = host.validator
    this.#inlinePlugins = inlinePlugins
    this.#paths = pluginPaths.map((path) => resolve(path))
  }

  addPath(path: string): void {
    this.#paths.push(resolve(path))
  }

  /** Lists what lies in the plugin paths and is not loaded, or why it cannot be. */
  async list(): Promise<AvailablePlugin[]> {
    const found = await Promise.all(this.#paths.map((folder) => this.#listFolder(folder)))
    return found.flat().filter(({ metadata }) => metadata === null || !this.#registry.has(metadata.id))
  }

  /** Registers the plugin that lies at a path, in state `loading`. @throws PluginError as `check` does, and what `persist` throws */
  async register(place: string | InstalledPlace, options: LoadOptions): Promise<Plugin> {
    const plugin = await this.check(place, options)
    if (options.persist) {
      await this.#persist(plugin, options.persist)
      // What it needs may have gone meanwhile.
      this.#registry.checkDependencies(plugin.release.metadata)
    }
    this.#registry.add(plugin)
    plugin.rest('loading')
    return plugin
  }

  /**
   * Registers a plugin as its host kept it, in state `loading`: whatever would refuse a load is left to its start.
   * @throws PluginError `PLUGIN_EXISTS`, `METADATA_INVALID` for grants, `CONFIG_INVALID` for a config that is too large or
   * nested too deep, `OPTION_INVALID`
   */
  async restore(stored: StoredPlugin): Promise<Plugin> {
    checkStored(stored)
    const { config, deadLetters = [], ...options } = stored
    const granted = parsePermissions(options.grant ?? [], 'grant')
    const release = await readKnownRelease(options, this.#host.versions).catch(() => missingRelease(options))
    const { id } = release.metadata
    if (this.#registry.has(id)) throw alreadyLoaded(id, this.#registry.get(id).state)
    // A host that no longer lists it as inline does not run it inline.
    const mayRunInline = this.#inlinePlugins.includes(id)
    const plugin = new Plugin(this.#host, release, {
      ...options,
      grants: withDefaultGrants(granted),
      isolation: options.isolation === 'inline' && mayRunInline ? 'inline' : 'process',
      config: await this.#hiddenConfig(release.metadata, config),
      configRevision: config.revision,
      lostSecrets: reveal(config.shown, config.secrets).unknown,
      deadLetters,
      enabled: options.enabled !== false,
    })
    this.#registry.add(plugin)
    plugin.rest('loading')
    return plugin
  }

  /**
   * Does all that can refuse a plugin, and registers nothing.
   * @throws PluginError `PATH_NOT_FOUND`, `METADATA_INVALID`, `PLUGIN_EXISTS`, `PERMISSION_DENIED`, `ISOLATION_DENIED`,
   * `DEPENDENCY_UNMET`, `DEPENDENCY_CYCLE`, `CONFIG_INVALID`, `OPTION_INVALID`
   */
  async check(place: string | InstalledPlace, options: LoadOptions): Promise<Plugin> {
    checkNames(options, LOAD_OPTIONS)
    const granted = parsePermissions(options.grant ?? [], 'grant')
    const release = await this.#read(place)
    await checkConfigSchema(release, this.#validator)
    const config = await this.#initialConfig(release.metadata, options.config)
    if (this.#host.isClosing()) throw new PluginError('MANAGER_CLOSED', 'the plugin manager is closed', null)

    const { metadata } = release
    const { id } = metadata
    const known = this.#registry.find(id)
    if (known || this.#reserved.has(id)) throw alreadyLoaded(id, known?.state ?? 'loading')
    const isolation = this.#isolationOf(metadata, options.isolation)
    const grants = withDefaultGrants(granted)
    const missing = missingPermissions(metadata.permissions, grants)
    if (missing.length > 0) throw permissionDenied(id, missing)
    this.#registry.checkDependencies(metadata)
    return new Plugin(this.#host, release, {
      ...options,
      grants,
      isolation,
      config,
      enabled: options.enabled !== false,
    })
  }

  /** @throws PluginError `METADATA_INVALID` for an installed version that is none of this plugin */
  async #read(place: string | InstalledPlace): Promise<Release> {
    if (typeof place !== 'object') return readRelease(place, this.#paths)
    const { id, version } = place
    const release = await readInstalled(id, version, this.#host.versions)
    if (release.metadata.id === id) return release
    const message = `must be ${String(id)}: ${release.metadata.id} is another plugin`
    throw metadataInvalid(release.path, [{ pointer: '/id', rule: 'const', message }])
  }

  /** Meanwhile its id is taken, so that a second load of the same id is refused. */
  async #persist(plugin: Plugin, persist: NonNullable<LoadOptions['persist']>): Promise<void> {
    this.#reserved.add(plugin.id)
    try {
      const { configRevision } = await persist(plugin.toStored())
      plugin.config.renumber(configRevision)
    } finally {
      this.#reserved.delete(plugin.id)
    }
    if (this.#host.isClosing()) throw new PluginError('MANAGER_CLOSED', 'the plugin manager is closed', null)
  }

  async #listFolder(folder: string): Promise<AvailablePlugin[]> {
    try {
      return await Promise.all((await listPluginPaths(folder)).map(readAvailable))
    } catch (thrown) {
      return [{ path: folder, metadata: null, error: PluginError.from(thrown) }]
    }
  }

  /**
   * A given config must be valid. If no config was given and the defaults are not valid, the start fails instead of the
   * load.
   */
  async #initialConfig({ id, configSchema }: PluginMetadata, given: JsonObject | undefined): Promise<StoredConfig> {
    const { ready, error } = await prepareConfig(
      { shown: given ?? {}, secrets: {} },
      { owner: id, schema: configSchema, validator: this.#validator },
    )
    if (!error) return ready.stored
    if (given) throw error
    return NO_CONFIG
  }

  /** As it was stored, and without what has become a secret since: its author may have changed the schema. */
  async #hiddenConfig({ id, configSchema }: PluginMetadata, stored: StoredConfig): Promise<StoredConfig> {
    const { ready } = await prepareConfig(stored, {
      owner: id,
      schema: configSchema,
      validator: this.#validator,
      before: stored,
      isStored: true,
    })
    return ready.stored
  }

  /** What the plugin requests counts only where the host lists the plugin [IS1.a]. */
  #isolationOf({ id, isolation: requested }: PluginMetadata, override: Isolation | undefined): Isolation {
    const mayRunInline = this.#inlinePlugins.includes(id)
    if (override === 'inline' && !mayRunInline) {
      throw new PluginError('ISOLATION_DENIED', `${id} is not among the plugins that this host runs inline`, { id })
    }
    return override ?? (requested === 'inline' && mayRunInline ? 'inline' : 'process')
  }
}

const LOAD_OPTIONS: readonly string[] = [
  'enabled',
  'grant',
  'isolation',
  'config',
  'limits',
  'env',
  'restartPolicy',
  'persist',
  'signal',
  'dryRun',
] satisfies (keyof LoadOptions | 'dryRun')[]

function alreadyLoaded(id: string, state: PluginState): PluginError<'PLUGIN_EXISTS'> {
  const message = `${id} is already loaded, and ${state}: restart it to run its current code, or unload it first`
  return new PluginError('PLUGIN_EXISTS', message, { id })
}

async function readAvailable(path: string): Promise<AvailablePlugin> {
  try {
    return { path, metadata: (await readRelease(path, [])).metadata, error: null }
  } catch (thrown) {
    return { path, metadata: null, error: PluginError.from(thrown) }
  }
}
