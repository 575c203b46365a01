import { inspect, type Catalog } from '@plugboard/catalog'
import type { PluginManager } from '@plugboard/core'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { gt } from 'semver'
import { bundledFolder } from '../settings/bundled.ts'
import { VERSION } from '../settings/version.ts'
import type { VersionLedger } from './version-ledger.ts'

/**
 * Installs the plugins that ship with this release, where they are not installed yet. One that cannot be installed is logged,
 * and left out.
 * @returns their versions, by id
 */
export async function installBundled(
  catalog: Catalog,
  ids: readonly string[],
  log: Logger,
): Promise<ReadonlyMap<string, string>> {
  const shipped = new Map<string, string>()
  for (const id of ids) {
    const path = bundledFolder(id)
    try {
      const { version } = JSON.parse(await readFile(join(path, 'plugin.json'), 'utf8')) as { readonly version: string }
      const found = catalog.find(id, version)
      if (!found) {
        const source = { kind: 'bundled', path, release: VERSION } as const
        await catalog.install(source, { by: 'plugboard', expected: { id } })
      } else if (found.digest !== (await inspect(path)).digest) {
        log.warn(
          { plugin: id, version },
          'it ships with other files than those installed under its version, which stay',
        )
      }
      shipped.set(id, version)
    } catch (thrown) {
      log.error({ err: thrown, plugin: id }, 'a plugin that ships could not be installed')
    }
  }
  return shipped
}

interface UpdateDeps {
  readonly shipped: ReadonlyMap<string, string>
  readonly manager: PluginManager
  readonly versions: VersionLedger
  readonly update: (id: string, version: string) => Promise<unknown>
}

/** Updates the plugins that ship to the versions that this release has brought, where nothing speaks against it. */
export async function updateBundled({ shipped, manager, versions, update }: UpdateDeps, log: Logger): Promise<void> {
  for (const [id, version] of shipped) {
    const plugin = manager.getPlugin(id)
    // One that was loaded from another place is somebody's own.
    if (!plugin || plugin.digest === null || !gt(version, plugin.metadata.version)) continue
    try {
      const gates = versions.gatesOf(id, version)
      const plan = await manager.updatePlugin(id, { version, gates, dryRun: true })
      if (plan.gates.length > 0)
        log.info({ plugin: id, version, gates: plan.gates }, 'a new version waits for an operator')
      else await update(id, version)
    } catch (thrown) {
      log.error({ err: thrown, plugin: id, version }, 'a new version of a plugin that ships did not take over')
    }
  }
}
