'use client'

import type { BoardRow, BulkPlanView, BulkResult } from '@plugboard/protocol'
import { createContext, useContext, useState, type ReactNode } from 'react'
import { lazyDialog } from '@/components/ui/lazy-part'
import { Modal } from '@/components/ui/modal'
import { useToast } from '@/components/ui/toasts'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'
import { NamedPlugin } from './named-plugin'
import { useBulk, type BulkAction } from './use-bulk'

const BulkPlanDialog = lazyDialog(() => import('./bulk-plan-dialog').then((module) => module.BulkPlanDialog))

type Selected = readonly Pick<BoardRow, 'id' | 'name'>[]

interface BulkActions {
  readonly pending: BulkAction | null
  /** Shows the plan, asks where more is touched than what was selected, acts, and reports the result of each. */
  readonly ask: (action: BulkAction, selected: Selected) => Promise<void>
}

interface Question {
  readonly action: BulkAction
  readonly selected: Selected
  readonly plan: BulkPlanView
  /** The page that it was asked on. */
  readonly page: string
}

interface Outcome {
  readonly title: string
  readonly results: readonly BulkResult[]
}

const BulkActionsContext = createContext<BulkActions>({ pending: null, ask: () => Promise.resolve() })

/** Runs actions on several plugins, for all that offer them. */
export function BulkActionsProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const text = useText()
  const say = useSay()
  const toast = useToast()
  const { pending, plan, run, undoOf } = useBulk()
  const [question, setQuestion] = useState<Question | null>(null)
  const [outcome, setOutcome] = useState<Outcome | null>(null)
  const perform = async ({ action, selected, plan: { steps }, page }: Question): Promise<void> => {
    const results = await run(
      action,
      selected.map(({ id }) => id),
    )
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
    // The toast is shown on every page. Those that failed are named in full on the page where that was asked for.
    if (failed.length === 0) toast({ kind: 'good', title, ...(undo && { undo }) })
    else if (window.location.pathname === page)
      setOutcome({ title, results: [...failed, ...results.filter(({ id }) => changed.includes(id))] })
    else {
      const names = new Map(selected.map(({ id, name }) => [id, name]))
      toast({ kind: 'bad', title, description: failed.map(({ id }) => names.get(id) ?? id).join(', ') })
    }
  }
  const ask: BulkActions['ask'] = async (action, selected) => {
    const page = window.location.pathname
    const found = await plan(
      action,
      selected.map(({ id }) => id),
    )
    if (!found) return
    const asked = { action, selected, plan: found, page }
    const { steps, refused } = found
    if (steps.length === 0 && refused.length === 0) return toast({ kind: 'good', title: text('bulk.nothing') })
    const ids = new Set(selected.map(({ id }) => id))
    const isHarmless = action === 'enable' && refused.length === 0 && steps.every(({ id }) => ids.has(id))
    if (isHarmless) await perform(asked)
    else setQuestion(asked)
  }
  return (
    <BulkActionsContext value={{ pending, ask }}>
      {children}
      {question && (
        <BulkPlanDialog
          action={question.action}
          selected={question.selected.map(({ id }) => id)}
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
    </BulkActionsContext>
  )
}

export function useBulkActions(): BulkActions {
  return useContext(BulkActionsContext)
}
