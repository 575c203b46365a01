import { isAbsolute, relative, resolve, sep } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { Permission } from '@plugboard/plugin-sdk'
import { PluginError } from '../errors/plugin-error.ts'

/** What every plugin may do. */
export const DEFAULT_GRANTS: readonly Permission[] = ['ReadVmState']

/** These grants with those that every plugin has, each once. */
export function withDefaultGrants(grants: readonly Permission[]): Permission[] {
  return [...DEFAULT_GRANTS, ...grants.filter((grant) => !DEFAULT_GRANTS.includes(grant))]
}

/** These grants and those that are added, each once. */
export function withGrants(grants: readonly Permission[], added: readonly Permission[]): Permission[] {
  return [...grants, ...withoutGrants(added, grants)]
}

/** These grants without those that are taken away. */
export function withoutGrants(grants: readonly Permission[], taken: readonly Permission[]): Permission[] {
  return grants.filter((grant) => !taken.some((one) => isDeepStrictEqual(one, grant)))
}

const DEFAULT_MEMORY_BYTES = 256 * 1_024 * 1_024

/** The requests that the grants do not cover; empty when all may be given [PM1.a]. */
export function missingPermissions(requested: readonly Permission[], granted: readonly Permission[]): Permission[] {
  const all = [...DEFAULT_GRANTS, ...granted]
  return requested.flatMap((request): Permission[] => {
    if (typeof request === 'string') return all.includes(request) ? [] : [request]
    if (request.name === 'MemoryAllocation') return request.bytes <= memoryBudget(all) ? [] : [request]
    const read = uncovered(request.read, foldersOf(all, 'read'))
    const write = uncovered(request.write, foldersOf(all, 'write'))
    if (read.length + write.length === 0) return []
    return [{ name: request.name, ...(read.length > 0 && { read }), ...(write.length > 0 && { write }) }]
  })
}

/** The memory a plugin may hold, in bytes. */
export function memoryBudget(permissions: readonly Permission[]): number {
  return permissions.reduce(
    (budget, p) => (typeof p === 'object' && p.name === 'MemoryAllocation' ? Math.max(budget, p.bytes) : budget),
    DEFAULT_MEMORY_BYTES,
  )
}

/**
 * Node's flags for a plugin thread that may read and write these folders and has these permissions, no others.
 * @throws PluginError `INTERNAL` for a path with `*`, which Node takes for a wildcard; every path is checked before
 */
export function permissionFlags(
  permissions: readonly Permission[],
  folders: { readonly read: readonly string[]; readonly write: readonly string[] },
): string[] {
  const read = [
    ...folders.read,
    ...folders.write,
    ...foldersOf(permissions, 'read'),
    ...foldersOf(permissions, 'write'),
  ]
  const write = [...folders.write, ...foldersOf(permissions, 'write')]
  const wildcard = [...read, ...write].find((path) => path.includes('*'))
  if (wildcard !== undefined) {
    throw new PluginError('INTERNAL', `${wildcard} contains *, which would open other folders to the plugin`, null)
  }
  return [
    '--permission',
    ...[...new Set(read)].map((path) => `--allow-fs-read=${path}`),
    ...[...new Set(write)].map((path) => `--allow-fs-write=${path}`),
    ...(permissions.includes('NetworkAccess') ? ['--allow-net'] : []),
    // Whoever may run any program may read anything through it; native addons look around before they load.
    ...(permissions.includes('ExecuteSyscall') ? ['--allow-child-process', '--allow-addons', '--allow-fs-read=*'] : []),
  ]
}

/** The folders that FileSystemAccess names, as absolute paths. */
function foldersOf(permissions: readonly Permission[], kind: 'read' | 'write'): string[] {
  return permissions.flatMap((p) =>
    typeof p === 'object' && p.name === 'FileSystemAccess' ? (p[kind] ?? []).map((path) => resolve(path)) : [],
  )
}

function uncovered(wanted: readonly string[] = [], granted: readonly string[]): string[] {
  return wanted.filter((path) => !granted.some((folder) => isInside(resolve(path), folder)))
}

/** True for the folder itself and everything below it. */
export function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path)
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way))
}
