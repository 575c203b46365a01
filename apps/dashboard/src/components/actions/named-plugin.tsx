'use client'

import type { ReactNode } from 'react'
import { useTopic } from '@/live/use-live'

/** A plugin by its name, with its id where that is another. */
export function NamedPlugin({ id }: { readonly id: string }): ReactNode {
  const { state: board } = useTopic('board')
  const name = board?.rows.values().find((row) => row.id === id)?.name ?? id
  return (
    <span className="wrap-anywhere">
      <bdi className="font-medium">{name}</bdi>
      {name !== id && <span className="ml-2 font-mono text-[13px] text-faint">{id}</span>}
    </span>
  )
}
