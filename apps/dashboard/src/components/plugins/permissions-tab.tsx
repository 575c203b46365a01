'use client'

import type { Permission, PermissionsView } from '@plugboard/protocol'
import { useEffect, useState, type ReactNode } from 'react'
import { Empty, Panel, Skeleton } from '@/components/ui/panel'
import { formatBytes } from '@/format/figures'
import { useMay } from '@/live/use-live'
import { asClientError, useOperation } from '@/live/use-operation'
import { useText } from '@/messages/use-text'
import { permissionName } from './permission-name'

/** What the plugin asks for, in plain words, and whether it was granted. */
export function PermissionsTab({ id }: { readonly id: string }): ReactNode {
  const text = useText()
  const allowed = useMay('permissions.set')
  const call = useOperation()
  const [view, setView] = useState<PermissionsView | null>(null)
  const [error, setError] = useState<string | null>(null)
  useEffect(() => {
    if (!allowed) return
    let current = true
    call('permissions.get', { id }).then(
      (found) => current && setView(found),
      (thrown: unknown) => current && setError(asClientError(thrown).message),
    )
    return () => {
      current = false
    }
  }, [call, id, allowed])

  if (!view) return error === null ? <Skeleton className="h-40" /> : <Empty>{error}</Empty>
  const missing = new Set(view.missing.map(permissionName))
  return (
    <Panel title={text('permissions.asks')}>
      {view.requested.length === 0 ? (
        <p className="text-muted">{text('permissions.none')}</p>
      ) : (
        <ul className="divide-y">
          {view.requested.map((permission) => (
            <li key={JSON.stringify(permission)} className="flex flex-wrap items-baseline gap-x-4 py-2">
              <code className="w-44 text-[13px] font-medium">{permissionName(permission)}</code>
              <span className="min-w-0 flex-1 basis-60 text-muted">
                <Meaning permission={permission} />
              </span>
              <span
                className={missing.has(permissionName(permission)) ? 'font-medium text-bad' : 'font-medium text-good'}
              >
                {missing.has(permissionName(permission)) ? text('permissions.missing') : text('permissions.granted')}
              </span>
            </li>
          ))}
        </ul>
      )}
      <p className="mt-4 text-[13px] text-faint">{text('permissions.note')}</p>
    </Panel>
  )
}

function Meaning({ permission }: { readonly permission: Permission }): ReactNode {
  const text = useText()
  if (typeof permission === 'string') return text(`permissions.meaning.${permission}`)
  if (permission.name === 'MemoryAllocation')
    return text('permissions.meaning.MemoryAllocation', { bytes: formatBytes(permission.bytes) })
  const folders = (paths: readonly string[] | undefined): string => paths?.join(', ') || text('plugin.nothing')
  return text('permissions.meaning.FileSystemAccess', {
    read: folders(permission.read),
    write: folders(permission.write),
  })
}
