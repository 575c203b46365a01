'use client'

import type { BoardRow } from '@plugboard/protocol'
import { rowsById } from './rows-by-id'
import { useTopic } from './use-live'

/** What the board knows of a plugin; undefined while it is not loaded. */
export function usePluginRow(id: string): BoardRow | undefined {
  const { state: board } = useTopic('board')
  return board ? rowsById(board.rows).get(id) : undefined
}
