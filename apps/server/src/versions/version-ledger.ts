import type { Catalog, Comparison, InstallResult, InstalledVersion, PackageSource } from '@plugboard/catalog'
import { clock, type Gate, type PluginManager, type PluginUpdate } from '@plugboard/core'
import { satisfies } from 'semver'
import { RequestError } from '../errors/wire-problem.ts'
import type { Store } from '../store/store.ts'
import type { BanRow, PinRow } from '../store/tables/versions.ts'

interface VersionLedgerOptions {
  readonly store: Store
  readonly catalog: Catalog
  readonly manager: PluginManager
  /** The version of Plugboard. */
  readonly engine: string
}

/** Versions kept of a plugin; those in use and the pinned one always. */
const KEPT = 5

/** An installed version, and what is said of it. */
export interface VersionState {
  readonly installed: InstalledVersion
  readonly current: boolean
  readonly standby: boolean
  readonly pinned: boolean
  readonly ban: BanRow | null
}

/** The installed versions of plugins, which of them run, and which are pinned or banned. */
export class VersionLedger {
  readonly #options: VersionLedgerOptions
  readonly #pins = new Map<string, PinRow>()
  /** By plugin and digest. */
  readonly #bans = new Map<string, BanRow>()

  private constructor(options: VersionLedgerOptions) {
    this.#options = options
  }

  static async open(options: VersionLedgerOptions): Promise<VersionLedger> {
    const ledger = new VersionLedger(options)
    const { pins, bans } = await options.store.versions.read()
    for (const pin of pins) ledger.#pins.set(pin.pluginId, pin)
    for (const ban of bans) ledger.#bans.set(keyOf(ban.pluginId, ban.digest), ban)
    return ledger
  }

  /** The newest first. */
  list(id: string): VersionState[] {
    return this.#options.catalog.list(id).map((installed) => this.#stateOf(installed))
  }

  /** @throws RequestError `VERSION_NOT_FOUND` */
  get(id: string, version: string): VersionState {
    return this.#stateOf(this.#find(id, version))
  }

  /**
   * Installs, and removes what is more than what is kept: banned versions first, then those that were installed longest ago.
   * Those in use stay, and the one that ran before.
   * @returns what was removed as well
   * @throws CatalogError
   */
  async install(
    source: PackageSource,
    { by, digest }: { readonly by: string; readonly digest?: string | undefined },
    ranBefore: (id: string) => readonly string[],
  ): Promise<InstallResult & { readonly removed: readonly string[] }> {
    const { catalog } = this.#options
    const installed = await catalog.install(source, { by, expected: { digest } })
    const { id } = installed
    const all = this.list(id)
    const versionsOf = (some: readonly VersionState[]): string[] => some.map(({ installed: { version } }) => version)
    const removed = await catalog.prune(id, {
      keep: KEPT,
      inUse: new Set([...versionsOf(all.filter(isInUse)), installed.version, ...ranBefore(id).slice(0, 1)]),
      unwanted: new Set(versionsOf(all.filter(({ ban }) => ban !== null))),
    })
    return { ...installed, removed }
  }

  /** @throws CatalogError */
  async compare(id: string, from: string, to: string): Promise<Comparison> {
    return this.#options.catalog.compare(id, from, to)
  }

  /** @throws RequestError `VERSION_NOT_FOUND`, `VERSION_IN_USE` */
  async remove(id: string, version: string): Promise<void> {
    const state = this.get(id, version)
    if (isInUse(state)) {
      const why = state.current ? 'is the one that the plugin runs' : state.standby ? 'stands by' : 'is pinned'
      throw new RequestError('VERSION_IN_USE', `${id} ${version} ${why}`, { id, version })
    }
    await this.#options.catalog.remove(id, version)
  }

  /** @param version null lets the plugin go @throws RequestError `VERSION_NOT_FOUND`, StoreError */
  async pin(id: string, version: string | null, by: string): Promise<void> {
    const { store } = this.#options
    if (version === null) {
      await store.versions.unpin({ pluginId: id })
      this.#pins.delete(id)
      return
    }
    const row = { pluginId: id, version: this.#find(id, version).version, at: clock.epoch(), by }
    await store.versions.pin(row)
    this.#pins.set(id, row)
  }

  /** @throws RequestError `VERSION_NOT_FOUND`, StoreError */
  async ban(
    id: string,
    version: string,
    { reason, by }: { readonly reason: string; readonly by: string },
  ): Promise<void> {
    const { digest } = this.#find(id, version)
    const row = { pluginId: id, version, digest, reason, at: clock.epoch(), by }
    await this.#options.store.versions.ban(row)
    this.#bans.set(keyOf(id, digest), row)
  }

  /** A version that was taken back because it failed is not to be used again. One that was taken back by hand may be. @throws StoreError */
  async banFailed(id: string, { to, digest, verdict }: PluginUpdate): Promise<void> {
    if (verdict?.result !== 'bad' || verdict.metric === 'manual' || digest === null) return
    // Files that were changed on disk say nothing of the version.
    if (verdict.error?.code === 'VERSION_UNUSABLE') return
    // A folder that was never installed may have the number of a version that is.
    if (this.#options.catalog.find(id, to)?.digest !== digest) return
    await this.ban(id, to, { reason: verdict.message, by: 'plugboard' })
  }

  /** @throws RequestError `VERSION_NOT_FOUND`, StoreError */
  async allow(id: string, version: string): Promise<void> {
    const { digest } = this.#find(id, version)
    await this.#options.store.versions.allow({ pluginId: id, digest })
    this.#bans.delete(keyOf(id, digest))
  }

  /** What the server knows against an update to this version. @param version null: a folder that is not installed */
  gatesOf(id: string, version: string | null): Gate[] {
    const gates: Gate[] = []
    const pin = this.#pins.get(id)
    if (pin && pin.version !== version)
      gates.push({
        code: 'pinned',
        message: `It is pinned to ${pin.version} by ${pin.by}.`,
        details: { version: pin.version },
      })
    if (version === null) return gates
    const { installed, ban } = this.get(id, version)
    if (ban) {
      const { reason, at } = ban
      gates.push({ code: 'banned', message: `${version} is banned: ${reason}`, details: { reason, at } })
    }
    const { catalog, engine: found } = this.#options
    if (catalog.policy === 'signed' && installed.signedBy === null && installed.from.kind !== 'bundled')
      gates.push({ code: 'unsigned', message: `No trusted key has signed ${version}.`, details: null })
    const { engine: range } = installed
    if (range !== null && !satisfies(found, range, { includePrerelease: true }))
      gates.push({
        code: 'engine',
        message: `It is made for Plugboard ${range}, and this is ${found}.`,
        details: { range, found },
      })
    return gates
  }

  /**
   * The version to go back to: the last one that ran before and may be used.
   * @throws RequestError `VERSION_NOT_FOUND` where there is none
   */
  former(id: string, ranBefore: readonly string[]): string {
    const current = this.#options.manager.getPlugin(id)?.metadata.version
    const usable = this.list(id).filter(({ ban }) => ban === null)
    const found = ranBefore.find(
      (version) => version !== current && usable.some(({ installed }) => installed.version === version),
    )
    if (found !== undefined) return found
    throw new RequestError('VERSION_NOT_FOUND', `no version of ${id} that ran before is installed`, {
      id,
      version: null,
    })
  }

  #stateOf(installed: InstalledVersion): VersionState {
    const { id, version, digest } = installed
    const plugin = this.#options.manager.getPlugin(id)
    const { phase, from } = plugin?.update ?? {}
    return {
      installed,
      current: plugin !== undefined && plugin.digest === digest,
      standby: phase === 'watching' && from === version && plugin?.digest !== digest,
      pinned: this.#pins.get(id)?.version === version,
      ban: this.#bans.get(keyOf(id, digest)) ?? null,
    }
  }

  #find(id: string, version: string): InstalledVersion {
    const found = this.#options.catalog.find(id, version)
    if (found) return found
    throw new RequestError('VERSION_NOT_FOUND', `${id} ${version} is not installed`, { id, version })
  }
}

function isInUse({ current, standby, pinned }: VersionState): boolean {
  return current || standby || pinned
}

function keyOf(pluginId: string, digest: string): string {
  return `${pluginId} ${digest}`
}
