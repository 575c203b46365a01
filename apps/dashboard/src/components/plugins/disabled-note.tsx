'use client'

import type { ReactNode } from 'react'
import { useBulk } from '@/components/actions/use-bulk'
import { Button } from '@/components/ui/button'
import { useFigures } from '@/format/use-figures'
import { useAnswer } from '@/live/use-answer'
import { useMay, useTopic } from '@/live/use-live'
import { useText } from '@/messages/use-text'

/** Of a plugin that is disabled: by whom and when, and with which others, which can be brought back with it. */
export function DisabledNote({ id }: { readonly id: string }): ReactNode {
  const text = useText()
  const figures = useFigures()
  const { state: board } = useTopic('board')
  const running = [...(board?.rows.values() ?? [])].filter(({ enabled }) => enabled).length
  const { value: sets } = useAnswer('plugins.disabledSets', {}, running)
  const isAllowed = useMay('plugins.bulk')
  const { pending, enableAgain } = useBulk()
  const set = sets?.find(({ ids }) => ids.includes(id))
  if (!set) return null
  const others = set.ids.length - 1
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
      <p className="figures text-muted">
        {text('plugin.disabledBy', { actor: set.by, time: figures.when(set.at), others })}
      </p>
      {others > 0 && (
        <Button size="small" pending={pending !== null} disabled={!isAllowed} onClick={() => void enableAgain(set.ids)}>
          {text('plugin.enableAll', { count: set.ids.length })}
        </Button>
      )}
    </div>
  )
}
