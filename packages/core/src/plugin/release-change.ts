import type { PluginMetadata } from '@plugboard/plugin-sdk'
import { metadataInvalid } from '../catalog/metadata.ts'
import type { Release } from '../catalog/release.ts'
import type { ConfigValidator } from '../config/config-validator.ts'

/** One field of plugin.json that is not what it was. */
export interface ReleaseChange {
  readonly field: keyof PluginMetadata
  /** For a list of them: `version 1.0.0 → 1.1.0`. */
  readonly sentence: string
}

/** What a plugin's author has changed in plugin.json between two starts, by field. */
export function changesBetween(before: PluginMetadata, now: PluginMetadata): ReleaseChange[] {
  const fields = [...new Set([...Object.keys(before), ...Object.keys(now)])] as (keyof PluginMetadata)[]
  return fields
    .filter((field) => JSON.stringify(before[field]) !== JSON.stringify(now[field]))
    .map((field) => {
      const isShown = field === 'version' || field === 'entryPoint'
      return { field, sentence: isShown ? `${field} ${before[field]} → ${now[field]}` : field }
    })
}

/** @throws PluginError `METADATA_INVALID` where the config schema of a release cannot be used */
export async function checkConfigSchema(
  { metadata: { id, configSchema }, path }: Release,
  validator: ConfigValidator,
): Promise<void> {
  if (!configSchema) return
  const violations = await validator.checkSchema(id, configSchema)
  const located = violations.map((violation) => ({ ...violation, pointer: `/configSchema${violation.pointer}` }))
  if (located.length > 0) throw metadataInvalid(path, located)
}
