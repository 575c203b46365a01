import { missingPermissions, type PluginSnapshot } from '@plugboard/core'
import type { Permission as CorePermission } from '@plugboard/plugin-sdk'
import type { Permission, PermissionsView } from '@plugboard/protocol'

export function permissionsView({ metadata, grants }: PluginSnapshot): PermissionsView {
  const requested = metadata.permissions
  return {
    requested: wirePermissions(requested),
    granted: wirePermissions(grants),
    missing: wirePermissions(missingPermissions(requested, grants)),
  }
}

/** The same JSON; only the read-only marks differ. */
export function wirePermissions(permissions: readonly CorePermission[]): Permission[] {
  return permissions as Permission[]
}

export function corePermissions(permissions: readonly Permission[]): CorePermission[] {
  return permissions as CorePermission[]
}
