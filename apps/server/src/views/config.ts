import type { ConfigView as CoreConfig } from '@plugboard/core'
import type { ConfigRevisionView, ConfigView, JsonObject } from '@plugboard/protocol'
import type { ConfigRevisionRow } from '../store/tables/config-revisions.ts'

/** @param secretsSetAt by the id of the reference, in epoch milliseconds */
export function configView(config: CoreConfig, secretsSetAt: ReadonlyMap<string, number>): ConfigView {
  return { ...config, secretsSetAt: Object.fromEntries(secretsSetAt) } as ConfigView
}

export function configRevisionView({
  sealed: _sealed,
  hasReferences: _has,
  pluginId: _id,
  ...row
}: ConfigRevisionRow): ConfigRevisionView {
  return { ...row, config: row.config as JsonObject, changes: [...row.changes] }
}
