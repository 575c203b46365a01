'use client'

import type { BoardRow, BulkResult } from '@plugboard/protocol'
import { useState, type ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { Modal } from '@/components/ui/modal'
import { useToast } from '@/components/ui/toasts'
import { useAct } from '@/components/feedback/use-act'
import { useMay } from '@/live/use-live'
import { useMounted } from '@/hooks/use-mounted'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'

type BulkAction = 'enable' | 'disable' | 'restart'

/** All plugins may depend on each other and run one after the other, each up to its deadline. */
const BASE_MS = 45_000
const EACH_MS = 15_000

/** What can be done to those that are selected; each of them has a result of its own. */
export function BulkBar({
  selected,
  onClear,
}: {
  readonly selected: readonly BoardRow[]
  readonly onClear: () => void
}): ReactNode {
  const text = useText()
  const say = useSay()
  const allowed = useMay('plugins.bulk')
  const { pending, act } = useAct()
  const [outcome, setOutcome] = useState<{ action: BulkAction; results: readonly BulkResult[] } | null>(null)
  const names = new Map(selected.map(({ id, name }) => [id, name]))
  const toast = useToast()
  const here = useMounted()
  const run = async (action: BulkAction): Promise<void> => {
    const ids = selected.map(({ id }) => id)
    const results = await act(
      'plugins.bulk',
      { ids, action },
      {
        failed: text('bulk.failed'),
        as: action,
        timeoutMs: BASE_MS + ids.length * EACH_MS,
      },
    )
    if (!results) return
    const failed = results.filter(({ error }) => error !== null)
    const title = text(`bulk.done.${action}`, {
      done: String(results.length - failed.length),
      count: String(results.length),
    })
    // Whoever has gone on to another page hears of it all the same.
    if (failed.length === 0) toast({ kind: 'good', title })
    else if (here.current) setOutcome({ action, results: [...failed, ...results.filter(({ error }) => !error)] })
    else toast({ kind: 'bad', title, description: failed.map(({ id }) => names.get(id) ?? id).join(', ') })
  }
  if (selected.length === 0 && !outcome) return null
  return (
    <>
      <div className="sticky bottom-4 z-20 mx-auto flex flex-wrap items-center gap-2 rounded-lg border bg-raised px-4 py-2 shadow-(--shadow-pop)">
        <p role="status" className="figures mr-2 font-medium">
          {text('bulk.selected', { count: selected.length })}
        </p>
        {(['enable', 'disable', 'restart'] as const).map((action) => (
          <Button
            key={action}
            pending={pending === action}
            disabled={!allowed || pending !== null || selected.length === 0}
            onClick={() => void run(action)}
          >
            {text(`action.${action}`)}
          </Button>
        ))}
        <Button look="quiet" onClick={onClear}>
          {text('bulk.clear')}
        </Button>
      </div>
      {outcome && (
        <Modal
          open
          onClose={() => setOutcome(null)}
          title={text(`bulk.done.${outcome.action}`, {
            done: String(outcome.results.filter(({ error }) => error === null).length),
            count: String(outcome.results.length),
          })}
        >
          <ul aria-label={text('bulk.results')} className="divide-y">
            {outcome.results.map(({ id, error }) => (
              <li key={id} className="flex gap-3 py-2">
                <span aria-hidden className={error ? 'text-bad' : 'text-good'}>
                  {error ? '▲' : '✓'}
                </span>
                <span className="min-w-0">
                  <span className="block font-medium">{names.get(id) ?? id}</span>
                  {error && <span className="block text-[13px] wrap-anywhere text-bad">{say.error(error)}</span>}
                </span>
              </li>
            ))}
          </ul>
        </Modal>
      )}
    </>
  )
}
