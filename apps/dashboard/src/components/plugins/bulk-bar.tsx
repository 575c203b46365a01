'use client'

import type { BoardRow, BulkPlanView, BulkResult } from '@plugboard/protocol'
import { useState, type ReactNode } from 'react'
import { NamedPlugin } from '@/components/actions/named-plugin'
import { useBulk, type BulkAction } from '@/components/actions/use-bulk'
import { Button } from '@/components/ui/button'
import { lazyDialog } from '@/components/ui/lazy-part'
import { Modal } from '@/components/ui/modal'
import { useToast } from '@/components/ui/toasts'
import { useMay } from '@/live/use-live'
import { useMounted } from '@/hooks/use-mounted'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'

const BulkPlanDialog = lazyDialog(() => import('../actions/bulk-plan-dialog').then((module) => module.BulkPlanDialog))

interface Question {
  readonly action: BulkAction
  readonly ids: readonly string[]
  readonly plan: BulkPlanView
}

interface Outcome {
  readonly title: string
  readonly results: readonly BulkResult[]
}

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
  const { pending, plan, run, undoOf } = useBulk()
  const [question, setQuestion] = useState<Question | null>(null)
  const [outcome, setOutcome] = useState<Outcome | null>(null)
  const names = new Map(selected.map(({ id, name }) => [id, name]))
  const toast = useToast()
  const here = useMounted()
  const perform = async ({ action, ids, plan: { steps } }: Question): Promise<void> => {
    const results = await run(action, ids)
    if (!results) return
    const failed = results.filter(({ error }) => error !== null)
    const failedIds = new Set(failed.map(({ id }) => id))
    // One that was as wanted already is no result. Where something failed, nothing is known of those that nobody selected.
    const answered = new Set(results.map(({ id }) => id))
    const isChanged = (id: string): boolean => !failedIds.has(id) && (failed.length === 0 || answered.has(id))
    const changed = steps.flatMap(({ id }) => (isChanged(id) ? [id] : []))
    const title = text(`bulk.done.${action}`, {
      done: String(changed.length),
      count: String(changed.length + failed.length),
    })
    const undo = undoOf(action, changed)
    // The toast is shown on every page. Those that failed are named here, while this page is open.
    if (failed.length === 0) toast({ kind: 'good', title, ...(undo && { undo }) })
    else if (here.current)
      setOutcome({ title, results: [...failed, ...results.filter(({ id }) => changed.includes(id))] })
    else toast({ kind: 'bad', title, description: failed.map(({ id }) => names.get(id) ?? id).join(', ') })
  }
  const ask = async (action: BulkAction): Promise<void> => {
    const ids = selected.map(({ id }) => id)
    const found = await plan(action, ids)
    if (!found) return
    const asked = { action, ids, plan: found }
    const { steps, refused } = found
    if (steps.length === 0 && refused.length === 0) return toast({ kind: 'good', title: text('bulk.nothing') })
    const isHarmless = action === 'enable' && refused.length === 0 && steps.every(({ id }) => names.has(id))
    if (isHarmless) await perform(asked)
    else setQuestion(asked)
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
            onClick={() => void ask(action)}
          >
            {text(`action.${action}`)}
          </Button>
        ))}
        <Button look="quiet" onClick={onClear}>
          {text('bulk.clear')}
        </Button>
      </div>
      {question && (
        <BulkPlanDialog
          action={question.action}
          selected={question.ids}
          plan={question.plan}
          onClose={() => setQuestion(null)}
          onConfirm={() => void perform(question)}
        />
      )}
      {outcome && (
        <Modal open onClose={() => setOutcome(null)} title={outcome.title}>
          <ul aria-label={text('bulk.results')} className="divide-y">
            {outcome.results.map(({ id, error }) => (
              <li key={id} className="flex gap-3 py-2">
                <span aria-hidden className={error ? 'text-bad' : 'text-good'}>
                  {error ? '▲' : '✓'}
                </span>
                <span className="min-w-0">
                  <NamedPlugin id={id} />
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
