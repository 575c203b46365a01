'use client'

import type { BoardRow } from '@plugboard/protocol'
import { useTopic } from './use-live'

/** What the board knows of a plugin; undefined while it is not loaded. */
export function usePluginRow(id: string): BoardRow | undefined {
  const { state: board } = useTopic('board')
  return [...(board?.rows.values() ?? [])].find((row) => row.id === id)
}
