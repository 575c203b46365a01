'use client'

import type { ReactNode } from 'react'
import { useBulk } from '@/components/actions/use-bulk'
import { Button } from '@/components/ui/button'
import { useFigures } from '@/format/use-figures'
import { useAnswer } from '@/live/use-answer'
import { useMay } from '@/live/use-live'
import { useText } from '@/messages/use-text'

/** All plugins are disabled: says by whom and when, and offers to take it back. */
export function NothingRuns({ total }: { readonly total: number }): ReactNode {
  const text = useText()
  const figures = useFigures()
  const { value: sets } = useAnswer('plugins.disabledSets', {}, total)
  const isAllowed = useMay('plugins.bulk')
  const { pending, enableAgain } = useBulk()
  const last = sets?.[0]
  return (
    <div
      role="status"
      className="flex min-h-11 flex-wrap items-center gap-x-4 gap-y-2 rounded-lg border border-warn bg-surface px-4 py-2"
    >
      <p className="min-w-0 flex-1 basis-72 wrap-anywhere">
        <span className="font-medium text-warn">{text('attention.allOff', { count: total })}</span>{' '}
        {last && (
          <span className="figures text-muted">
            {text('attention.disabledBy', { actor: last.by, count: last.ids.length, time: figures.when(last.at) })}
          </span>
        )}
      </p>
      {last && (
        <Button pending={pending !== null} disabled={!isAllowed} onClick={() => void enableAgain(last.ids)}>
          {text('attention.enableAgain', { count: last.ids.length })}
        </Button>
      )}
    </div>
  )
}
