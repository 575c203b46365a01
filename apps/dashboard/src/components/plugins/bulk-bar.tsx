'use client'

import type { BoardRow } from '@plugboard/protocol'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { useBulkActions } from '@/components/actions/bulk-actions-provider'
import { Button, buttonClasses } from '@/components/ui/button'
import { useMay } from '@/live/use-live'
import { useText } from '@/messages/use-text'
import { logsHref } from '@/navigation/logs-href'

/** What can be done to those that are selected. */
export function BulkBar({
  selected,
  onClear,
}: {
  readonly selected: readonly BoardRow[]
  readonly onClear: () => void
}): ReactNode {
  const text = useText()
  const allowed = useMay('plugins.bulk')
  const { pending, ask } = useBulkActions()
  if (selected.length === 0) return null
  return (
    <div
      data-foot-bar
      className="sticky bottom-4 z-20 mx-auto flex flex-wrap items-center gap-2 rounded-lg border bg-raised px-4 py-2 shadow-(--shadow-pop)"
    >
      <p role="status" className="figures mr-2 font-medium">
        {text('bulk.selected', { count: selected.length })}
      </p>
      {(['enable', 'disable', 'restart'] as const).map((action) => (
        <Button
          key={action}
          pending={pending === action}
          disabled={!allowed || pending !== null}
          onClick={() => void ask(action, selected)}
        >
          {text(`action.${action}`)}
        </Button>
      ))}
      <Link href={logsHref(selected.map(({ id }) => id))} className={buttonClasses('plain')}>
        {text('nav.logs')}
      </Link>
      <Button look="quiet" onClick={onClear}>
        {text('bulk.clear')}
      </Button>
    </div>
  )
}
