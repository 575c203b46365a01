import type { Isolation, JsonObject, Permission } from '@plugboard/plugin-sdk'
import { ensureFolder } from './ensure-folder.ts'
import type { InstanceSettings } from './guest/message.ts'
import { InstanceHandle, type InstanceEvents } from './instance-handle.ts'
import type { Settings } from './manager-options.ts'
import type { PluginSource } from './plugin-source.ts'
import type { GuestLedger } from './runner/guest-ledger.ts'
import { InlineRunner } from './runner/inline-runner.ts'
import { ProcessRunner } from './runner/process-runner.ts'
import type { RunnerOptions } from './runner/runner.ts'
import { stripSources } from './runner/stripped-sources.ts'

export interface InstanceOptions {
  readonly source: PluginSource
  readonly isolation: Isolation
  readonly permissions: readonly Permission[]
  readonly dataPath: string
  readonly ledger: GuestLedger
  readonly onOutput: RunnerOptions['onOutput']
}

/**
 * Prepares what an instance of a plugin needs: its data folder, its sources without types.
 * @returns makes the instance, not yet initialized: a guest process, or inline
 * @throws SyntaxError where its TypeScript cannot be stripped, PluginError `NOT_BUILT`, or that of a process that cannot be started
 */
export async function createInstance(options: InstanceOptions): Promise<(events: InstanceEvents) => InstanceHandle> {
  const { isolation, permissions, dataPath, ledger, onOutput } = options
  const { folder, entryUrl, metadata } = options.source
  // A grant on a folder that does not exist would not cover what is in it later.
  ensureFolder(dataPath)
  const sources = isolation === 'process' ? await stripSources(entryUrl, folder) : {}
  return (events) =>
    new InstanceHandle(metadata.id, events, (wiring) => {
      const common: RunnerOptions = { ...wiring, id: metadata.id, entryUrl, onOutput }
      if (isolation === 'inline') return new InlineRunner(common)
      return new ProcessRunner({ ...common, folder, dataPath, permissions, sources, ledger })
    })
}

/** What an instance has to know to initialize. */
export function instanceSettings(
  { metadata }: PluginSource,
  { config, dataPath, vmInstanceId }: { config: JsonObject; dataPath: string; vmInstanceId: string },
  { errorLimit, quietMs, deadlines }: Settings,
): InstanceSettings {
  return {
    id: metadata.id,
    vmInstanceId,
    config,
    dataPath,
    events: metadata.events,
    errorLimit,
    quietMs: Number.isFinite(quietMs) ? quietMs : null,
    handlerTimeoutMs: deadlines.handleEventMs,
  }
}
