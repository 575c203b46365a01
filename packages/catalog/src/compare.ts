import type { Permission, PluginMetadata } from '@plugboard/plugin-sdk'
import { changesOf, type PackageFile } from './digest.ts'
import type { FileChange } from './errors.ts'

/** One field of plugin.json that differs; undefined where it is not there. */
export interface FieldChange {
  /** JSON pointer. */
  readonly pointer: string
  readonly before: unknown
  readonly after: unknown
}

/** What differs between two versions of a plugin. */
export interface Comparison {
  /** Of plugin.json, but for permissions and the schema. */
  readonly metadata: readonly FieldChange[]
  readonly permissions: { readonly added: readonly Permission[]; readonly removed: readonly Permission[] }
  /** Of the schema of its config. */
  readonly schema: readonly FieldChange[]
  readonly files: readonly FileChange[]
}

interface Side {
  readonly metadata: PluginMetadata
  readonly files: readonly PackageFile[]
}

export function compare(before: Side, after: Side): Comparison {
  const { permissions: had, configSchema: oldSchema, ...oldFields } = before.metadata
  const { permissions: has, configSchema: newSchema, ...newFields } = after.metadata
  return {
    metadata: fieldChanges(oldFields, newFields),
    permissions: { added: without(has, had), removed: without(had, has) },
    schema: fieldChanges(oldSchema, newSchema),
    files: changesOf(before.files, after.files),
  }
}

function without(some: readonly Permission[], others: readonly Permission[]): Permission[] {
  const known = new Set(others.map((one) => JSON.stringify(one)))
  return some.filter((one) => !known.has(JSON.stringify(one)))
}

function fieldChanges(before: unknown, after: unknown, pointer = ''): FieldChange[] {
  if (isRecord(before) && isRecord(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    return keys.flatMap((key) => fieldChanges(before[key], after[key], `${pointer}/${escapePointer(key)}`))
  }
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ pointer, before, after }]
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** RFC 6901 */
function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}
