import { join } from 'node:path'
import type { Isolation, Permission } from '@plugboard/plugin-sdk'
import type { Release } from '../catalog/release.ts'
import { ensureFolder } from '../util/ensure-folder.ts'
import type { Environment } from './environment.ts'
import type { GuestLedger } from './guest-ledger.ts'
import { InlineRunner } from './inline-runner.ts'
import { ProcessRunner } from './process-runner.ts'
import type { Runner, RunnerCallbacks } from './runner.ts'
import type { StateFile } from './state-file.ts'
import { stripSources } from './stripped-sources.ts'

/** What a runner is made for. */
export interface RunnerSpec {
  readonly pluginId: string
  readonly release: Release
  readonly isolation: Isolation
  readonly permissions: readonly Permission[]
  readonly dataPath: string
  readonly env: Environment
  readonly stateFile: StateFile
}

/**
 * Prepares what a copy of a plugin needs to run: its data folder, its sources without types.
 * @returns a function that makes the runner, in a guest process or inline
 * @throws SyntaxError where its TypeScript cannot be stripped. The function throws PluginError `NOT_BUILT`, or the error
 * of a process that cannot be started.
 */
export async function prepareRunner(
  { pluginId, release, isolation, permissions, dataPath, env, stateFile }: RunnerSpec,
  ledger: GuestLedger,
): Promise<(callbacks: RunnerCallbacks) => Runner> {
  const { folder, entryUrl } = release
  // A grant on a folder that does not exist would not cover what is in it later.
  ensureFolder(dataPath)
  if (isolation === 'inline')
    return (callbacks) => new InlineRunner({ ...callbacks, id: pluginId, entryUrl, stateFile })
  // The temporary folder of the machine is none of its own.
  const temporary = join(dataPath, 'tmp')
  ensureFolder(temporary)
  const whole = { TMPDIR: temporary, ...env }
  const sources = await stripSources(entryUrl, folder)
  return (callbacks) =>
    new ProcessRunner({
      ...callbacks,
      id: pluginId,
      entryUrl,
      stateFile,
      folder,
      dataPath,
      env: whole,
      permissions,
      sources,
      ledger,
    })
}
