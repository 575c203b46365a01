import type { Permission } from '@plugboard/protocol'

export type PermissionName =
  | 'ReadVmState'
  | 'WriteVmState'
  | 'NetworkAccess'
  | 'ExecuteSyscall'
  | 'FileSystemAccess'
  | 'MemoryAllocation'

export function permissionName(permission: Permission): PermissionName {
  return typeof permission === 'string' ? permission : permission.name
}
