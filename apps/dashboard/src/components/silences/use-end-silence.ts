'use client'

import { useReport } from '@/components/feedback/use-report'
import { useToast } from '@/components/ui/toasts'
import { useOperation } from '@/live/use-operation'
import { useText } from '@/messages/use-text'

/** Ends the silence of a plugin, and says so. */
export function useEndSilence(): (id: string, name: string) => Promise<void> {
  const text = useText()
  const toast = useToast()
  const report = useReport()
  const call = useOperation()
  return async (id, name) => {
    try {
      await call('plugins.endSilence', { id })
      toast({ kind: 'good', title: text('silence.ended', { name }), about: `silence ${id}` })
    } catch (thrown) {
      report(thrown, text('silence.notEnded', { name }))
    }
  }
}
