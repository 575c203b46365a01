'use client'

import type { Permission } from '@plugboard/protocol'
import type { ReactNode } from 'react'
import { useFigures } from '@/format/use-figures'
import { useText } from '@/messages/use-text'

/** What a permission lets a plugin do, in plain words. */
export function PermissionMeaning({ permission }: { readonly permission: Permission }): ReactNode {
  const text = useText()
  const figures = useFigures()
  if (typeof permission === 'string') return text(`permissions.meaning.${permission}`)
  if (permission.name === 'MemoryAllocation')
    return text('permissions.meaning.MemoryAllocation', { bytes: figures.bytes(permission.bytes) })
  const folders = (paths: readonly string[] | undefined): string => paths?.join(', ') || text('plugin.nothing')
  return text('permissions.meaning.FileSystemAccess', {
    read: folders(permission.read),
    write: folders(permission.write),
  })
}
