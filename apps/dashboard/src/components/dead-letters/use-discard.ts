'use client'

import type { Operations } from '@plugboard/protocol'
import { useAct } from '@/components/feedback/use-act'
import { useToast } from '@/components/ui/toasts'
import { useText } from '@/messages/use-text'

/**
 * Discards dead letters, and offers to put them back.
 * @param onChange after both. Who shows the letters must ask again: if they are put back at once, the board may be the
 * same as before, while the answer without them is shown.
 */
export function useDiscard(onChange: () => void): {
  readonly isPending: boolean
  readonly discard: (which: Operations['deadLetters.discardMany']['input']) => Promise<void>
} {
  const text = useText()
  const toast = useToast()
  const { pending, act } = useAct()
  const putBack = async (id: string, discardId: string): Promise<void> => {
    const answer = await act('deadLetters.putBack', { id, discardId }, { failed: text('deadLetters.failed.putBack') })
    if (!answer) return
    onChange()
    const { letters, gone } = answer
    toast({
      kind: gone > 0 ? 'bad' : 'good',
      title: text('deadLetters.putBack', { count: letters }),
      ...(gone > 0 && { description: text('deadLetters.notPutBack', { count: gone }) }),
    })
  }
  return {
    isPending: pending !== null,
    discard: async (which) => {
      const answer = await act('deadLetters.discardMany', which, { failed: text('deadLetters.failed.discard') })
      if (!answer) return
      onChange()
      const { discarded, undo } = answer
      toast({
        kind: 'good',
        title: text('deadLetters.discarded', { count: discarded }),
        ...(undo && { undo: () => void putBack(which.id, undo.discardId) }),
      })
    },
  }
}
