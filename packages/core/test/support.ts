import type { PluginMetadata } from '@plugboard/plugin-sdk'
import { readFileSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import {
  PluginManager,
  type LoadOptions,
  type PluginManagerOptions,
  type PluginState,
  type PluginStats,
} from '../src/index.ts'
import type { Act, ActorConfig } from './plugins/actor.ts'

export interface PluginFiles extends Partial<Omit<PluginMetadata, 'id'>> {
  /** The name of a file in `plugins`, without `.ts`; `idle` by default. */
  readonly plugin?: string
  /** The whole module, for the few that no file can hold. */
  readonly code?: string
}

/** A folder that is gone after the test. */
export async function tempFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'plugboard-core-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/**
 * A real manager that is closed after the test; a guest that outlives it fails the test. Nothing is restarted by itself
 * unless the test is about that: what a failure leaves behind can be looked at in peace.
 */
export async function createManager(options: PluginManagerOptions = {}): Promise<PluginManager> {
  const manager = new PluginManager('vm-test', { dataDir: await tempFolder(), restartPolicy: 'never', ...options })
  onTestFinished(async () => {
    const pids = manager.getAllPlugins().flatMap(({ pid }) => pid ?? [])
    await manager.close()
    const alive = pids.filter(isAlive)
    if (alive.length > 0) throw new Error(`guests outlived their manager: ${alive.join(', ')}`)
  })
  return manager
}

/** Writes a plugin and returns its folder. */
export async function writePlugin(
  id: string,
  { plugin = 'idle', code, ...metadata }: PluginFiles = {},
): Promise<string> {
  const folder = join(await tempFolder(), id)
  await mkdir(folder)
  const entry = join(folder, 'index.ts')
  await (code === undefined
    ? copyFile(new URL(`plugins/${plugin}.ts`, import.meta.url), entry)
    : writeFile(entry, code))
  await writeFile(
    join(folder, 'plugin.json'),
    JSON.stringify({ id, version: '1.0.0', entryPoint: 'index.ts', ...metadata }),
  )
  return folder
}

/** Writes a plugin and loads it. */
export async function load(
  manager: PluginManager,
  id: string,
  files: PluginFiles = {},
  options: LoadOptions = {},
): Promise<string> {
  return manager.loadPlugin(await writePlugin(id, files), options)
}

/** Loads an actor: `config` says what each of its hooks does. */
export async function loadActor(
  manager: PluginManager,
  id: string,
  config: ActorConfig = {},
  files: PluginFiles = {},
  options: LoadOptions = {},
): Promise<string> {
  return load(manager, id, { plugin: 'actor', ...files }, { config, ...options })
}

export function statsOf(manager: PluginManager, id: string): PluginStats {
  const plugin = manager.getPlugin(id)
  if (!plugin) throw new Error(`${id} is not loaded`)
  return plugin.stats
}

/** EV8: each accepted event is in exactly one place. */
export function lawHolds({
  accepted,
  mailboxDepth,
  inFlight,
  dropped,
  discarded,
  inDoubt,
  lifetime,
}: PluginStats): boolean {
  return accepted === lifetime.eventsProcessed + mailboxDepth + inFlight + dropped + discarded + inDoubt
}

/** Waits until it is so, for at most 10 s. */
export async function until(what: () => boolean, message = 'it did not happen'): Promise<void> {
  for (let tries = 0; tries < 1_000; tries += 1) {
    if (what()) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error(message)
}

/** Waits until a plugin says it from now on. */
export async function untilLogged(manager: PluginManager, message: string): Promise<void> {
  let isSaid = false
  const dispose = manager.onDidChange((fact) => {
    if (fact.type === 'log' && fact.message === message) isSaid = true
  })
  await until(() => isSaid, `nothing said ${message}`).finally(dispose)
}

export function untilState(manager: PluginManager, id: string, state: PluginState): Promise<void> {
  return until(
    () => manager.getPlugin(id)?.state === state,
    `${id} did not become ${state} but is ${manager.getPlugin(id)?.state}`,
  )
}

/** A zombie is dead: it only waits for its parent to take note. */
export function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return stat.slice(stat.lastIndexOf(')') + 2)[0] !== 'Z'
  } catch {
    return false
  }
}

export const custom = (type: string, data: unknown = null) => ({ type, data }) as never

/** An event on which an actor acts. */
export const acting = (act: Act, type = 'x') => custom(type, act)
