'use client'

import type { ReplayView } from '@plugboard/protocol'
import { useToast } from '@/components/ui/toasts'
import { useText } from '@/messages/use-text'

/** Says what became of a replay. Anything but a complete success stays on the screen. */
export function useReplayReport(): (replay: ReplayView) => void {
  const text = useText()
  const toast = useToast()
  return ({ handled, failed, kept, error, isRunning, isStopped }) => {
    if (isRunning) return toast({ kind: 'good', title: text('deadLetters.replayed.running', { count: handled }) })
    if (failed === 0 && !kept)
      return toast({ kind: 'good', title: text('deadLetters.replayed.handled', { count: handled }) })
    const description = text('deadLetters.replayed.counts', { handled, kept: kept ?? 0 })
    if (isStopped && !error) return toast({ kind: 'good', title: text('deadLetters.replayed.stopped'), description })
    toast({
      kind: 'bad',
      title: error
        ? text('deadLetters.replayed.failed', { error: `${error.name}: ${error.message}` })
        : text('deadLetters.replayed.inactive'),
      description,
    })
  }
}
