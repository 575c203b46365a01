import type { Board } from '@plugboard/protocol'
import { rowsById } from '@/live/rows-by-id'
import type { Step } from './plugin-action'

/** A running plugin always has a few events in its queue, and handles them within moments. */
const WORTH_ASKING = 10

/** How many queued events a step would discard, by what the board showed last. */
export function queuedEvents(board: Board | null, { id, action }: Pick<Step, 'id' | 'action'>): number {
  if (action !== 'disable' && action !== 'unload') return 0
  const row = board && rowsById(board.rows).get(id)
  const queued = row?.mailboxDepth ?? 0
  return queued > WORTH_ASKING ? queued : 0
}
