import type { Permission } from '@plugboard/protocol'
import type { ReactNode } from 'react'
import { PermissionMeaning } from './permission-meaning'
import { permissionName } from './permission-name'

/** Permissions that somebody is asked to grant, each with what it means. */
export function PermissionList({ permissions }: { readonly permissions: readonly Permission[] }): ReactNode {
  return (
    <ul className="mt-2 flex flex-col gap-2">
      {permissions.map((permission) => (
        <li key={JSON.stringify(permission)} className="flex flex-wrap gap-x-4">
          <code className="w-44 text-[13px] font-medium">{permissionName(permission)}</code>
          <span className="min-w-0 flex-1 basis-60 wrap-anywhere text-muted">
            <PermissionMeaning permission={permission} />
          </span>
        </li>
      ))}
    </ul>
  )
}
