'use client'

import { useToast } from '@/components/ui/toasts'
import { useMay } from '@/live/use-live'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'
import { useBulk } from './use-bulk'

interface EnableAgain {
  readonly isPending: boolean
  readonly isAllowed: boolean
  readonly enable: (ids: readonly string[]) => Promise<void>
}

/** Brings back plugins that were disabled together, and says what became of it. */
export function useEnableAgain(): EnableAgain {
  const text = useText()
  const say = useSay()
  const toast = useToast()
  const isAllowed = useMay('plugins.bulk')
  const { pending, run } = useBulk()
  const enable = async (ids: readonly string[]): Promise<void> => {
    const results = await run('enable', ids)
    if (!results) return
    const failed = results.flatMap(({ id, error }) => (error ? [`${id}: ${say.error(error)}`] : []))
    const title = text('bulk.done.enable', {
      done: String(results.length - failed.length),
      count: String(results.length),
    })
    if (failed.length === 0) toast({ kind: 'good', title })
    else toast({ kind: 'bad', title, description: failed.join(' · ') })
  }
  return { isPending: pending !== null, isAllowed, enable }
}
