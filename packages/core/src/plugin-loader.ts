import type { Isolation, JsonObject, PluginMetadata } from '@plugboard/plugin-sdk'
import { resolve } from 'node:path'
import type { ConfigValidator } from './config/config-validator.ts'
import { withoutFormerSecrets } from './config/secret.ts'
import { cycleOf } from './dependency-graph.ts'
import { ManagedPlugin } from './managed-plugin.ts'
import type { LoadOptions, RestoreOptions } from './manager-options.ts'
import { DEFAULT_GRANTS, missingPermissions } from './permission.ts'
import { isPluginError, PluginError } from './plugin-error.ts'
import { permissionDenied } from './plugin-failure.ts'
import type { PluginHost } from './plugin-host.ts'
import { metadataInvalid, parsePermissions } from './plugin-metadata.ts'
import type { PluginRegistry } from './plugin-registry.ts'
import type { PluginState } from './plugin-state.ts'
import { listPluginPaths, readKnownSource, readPluginSource, type PluginSource } from './plugin-source.ts'

/** What lies in the plugin paths and is not loaded. */
export type AvailablePlugin =
  | { readonly path: string; readonly metadata: PluginMetadata; readonly error: null }
  | { readonly path: string; readonly metadata: null; readonly error: PluginError }

/** Brings plugins from disk into the registry: everything that can be refused is checked before anything is registered [LC3]. */
export class PluginLoader {
  readonly #host: PluginHost
  readonly #registry: PluginRegistry
  readonly #validator: ConfigValidator
  readonly #paths: string[]
  /** Ids of plugins that are about to be registered. */
  readonly #reserved = new Set<string>()

  constructor(host: PluginHost, registry: PluginRegistry) {
    this.#host = host
    this.#registry = registry
    this.#validator = host.validator
    this.#paths = host.settings.pluginPaths.map((path) => resolve(path))
  }

  addPath(path: string): void {
    this.#paths.push(resolve(path))
  }

  /** Lists what lies in the plugin paths and is not loaded, or why it cannot be. */
  async list(): Promise<AvailablePlugin[]> {
    const found = await Promise.all(this.#paths.map((folder) => this.#listFolder(folder)))
    return found.flat().filter(({ metadata }) => metadata === null || !this.#registry.has(metadata.id))
  }

  /** Registers the plugin that lies at a path, in state `loading`. @throws PluginError as `check` does, and what `keep` throws */
  async register(path: string, options: LoadOptions): Promise<ManagedPlugin> {
    const plugin = await this.check(path, options)
    if (options.keep) {
      await this.#keep(plugin, options.keep)
      // What it needs may have gone meanwhile.
      this.#registry.checkDependencies(plugin.source.metadata)
    }
    this.#registry.add(plugin)
    plugin.standing.transition('loading')
    return plugin
  }

  /**
   * Registers a plugin as its host kept it, in state `loading`: whatever would refuse a load is left to its start.
   * @throws PluginError `PLUGIN_EXISTS`, `METADATA_INVALID` for grants, `OPTION_INVALID`
   */
  async restore({ config, deadLetters = [], ...options }: RestoreOptions): Promise<ManagedPlugin> {
    const granted = parsePermissions(options.grant ?? [], 'grant')
    const source = await readKnownSource(options)
    const { id } = source.metadata
    if (this.#registry.has(id)) throw alreadyLoaded(id, this.#registry.get(id).state)
    // A host that no longer lists it as inline does not run it inline.
    const mayRunInline = this.#host.settings.inlinePlugins.includes(id)
    const plugin = new ManagedPlugin(this.#host, source, {
      ...options,
      grants: [...DEFAULT_GRANTS, ...granted],
      isolation: options.isolation === 'inline' && mayRunInline ? 'inline' : 'process',
      config: withoutFormerSecrets(source.metadata.configSchema, {
        config: config.value,
        shown: config.shown ?? config.value,
      }),
      configRevision: config.revision,
      deadLetters,
      enabled: options.enabled !== false,
    })
    this.#registry.add(plugin)
    plugin.standing.transition('loading')
    return plugin
  }

  /**
   * Does all that can refuse a plugin, and registers nothing.
   * @throws PluginError `PATH_NOT_FOUND`, `METADATA_INVALID`, `PLUGIN_EXISTS`, `PERMISSION_DENIED`, `ISOLATION_DENIED`,
   * `DEPENDENCY_UNMET`, `DEPENDENCY_CYCLE`, `CONFIG_INVALID`, `OPTION_INVALID`
   */
  async check(path: string, options: LoadOptions): Promise<ManagedPlugin> {
    const granted = parsePermissions(options.grant ?? [], 'grant')
    const source = await readPluginSource(path, this.#paths)
    await this.#checkSchema(source)
    const config = await this.#initialConfig(source.metadata, options.config)
    if (this.#host.isClosing()) throw new PluginError('MANAGER_CLOSED', 'the plugin manager is closed', null)

    const { metadata } = source
    const { id } = metadata
    const known = this.#registry.find(id)
    if (known || this.#reserved.has(id)) throw alreadyLoaded(id, known?.state ?? 'loading')
    const isolation = this.#isolationOf(metadata, options.isolation)
    const grants = [...DEFAULT_GRANTS, ...granted]
    const missing = missingPermissions(metadata.permissions, grants)
    if (missing.length > 0) throw permissionDenied(id, missing)
    checkCycle(metadata, [metadata])
    this.#registry.checkDependencies(metadata)
    return new ManagedPlugin(this.#host, source, {
      ...options,
      grants,
      isolation,
      config,
      enabled: options.enabled !== false,
    })
  }

  /** Meanwhile its id is taken: nobody else must be told that they may load it. */
  async #keep(plugin: ManagedPlugin, keep: NonNullable<LoadOptions['keep']>): Promise<void> {
    this.#reserved.add(plugin.id)
    try {
      const { configRevision } = await keep(plugin.toKeep())
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

  async #checkSchema({ metadata: { configSchema }, path }: PluginSource): Promise<void> {
    if (!configSchema) return
    const violations = await this.#validator.checkSchema(configSchema)
    const located = violations.map((violation) => ({ ...violation, pointer: `/configSchema${violation.pointer}` }))
    if (located.length > 0) throw metadataInvalid(path, located)
  }

  /** What was given must hold. Where nothing was given and the defaults are not enough, the start will say so. */
  async #initialConfig({ configSchema }: PluginMetadata, given: JsonObject | undefined): Promise<JsonObject> {
    if (given) return this.#validator.validate(configSchema, given)
    try {
      return await this.#validator.validate(configSchema, {})
    } catch (thrown) {
      if (isPluginError(thrown, 'CONFIG_INVALID')) return {}
      throw thrown
    }
  }

  /** The plugin's own wish counts only where the host lists it [IS1]. */
  #isolationOf({ id, isolation: wish }: PluginMetadata, demanded: Isolation | undefined): Isolation {
    const mayRunInline = this.#host.settings.inlinePlugins.includes(id)
    if (demanded === 'inline' && !mayRunInline) {
      throw new PluginError('ISOLATION_DENIED', `${id} is not among the plugins that this host runs inline`, { id })
    }
    return demanded ?? (wish === 'inline' && mayRunInline ? 'inline' : 'process')
  }
}

function alreadyLoaded(id: string, state: PluginState): PluginError<'PLUGIN_EXISTS'> {
  const message = `${id} is loaded already, and ${state}: restart it to read its code anew, or unload it first`
  return new PluginError('PLUGIN_EXISTS', message, { id })
}

/** @throws PluginError `DEPENDENCY_CYCLE`, which names it in full */
export function checkCycle({ id }: PluginMetadata, nodes: readonly PluginMetadata[]): void {
  const cycle = cycleOf(id, nodes)
  if (!cycle) return
  throw new PluginError('DEPENDENCY_CYCLE', `${id} depends on itself: ${cycle.join(' → ')}`, { cycle })
}

async function readAvailable(path: string): Promise<AvailablePlugin> {
  try {
    return { path, metadata: (await readPluginSource(path, [])).metadata, error: null }
  } catch (thrown) {
    return { path, metadata: null, error: PluginError.from(thrown) }
  }
}
