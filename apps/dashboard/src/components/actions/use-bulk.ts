'use client'

import type { BulkPlanView, BulkResult } from '@plugboard/protocol'
import { useAct } from '@/components/feedback/use-act'
import { useToast } from '@/components/ui/toasts'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'

export type BulkAction = 'enable' | 'disable' | 'restart'

/** All plugins may depend on each other and run one after the other, each up to its deadline. */
const BASE_MS = 45_000
const EACH_MS = 15_000

interface Bulk {
  readonly pending: BulkAction | null
  /** What would be done, with all that is affected besides; undefined if that could not be found out. */
  readonly plan: (action: BulkAction, ids: readonly string[]) => Promise<BulkPlanView | undefined>
  /** Does it, with all that is affected besides. @returns a result for each; undefined if nothing was done */
  readonly run: (action: BulkAction, ids: readonly string[]) => Promise<readonly BulkResult[] | undefined>
  /** Brings back plugins that were disabled together, with what they need, and says what became of it. */
  readonly enableAgain: (ids: readonly string[]) => Promise<void>
  /** What takes it back, for a toast; undefined for what cannot be taken back. */
  readonly undoOf: (action: BulkAction | 'unload', ids: readonly string[]) => (() => void) | undefined
}

/** Actions on several plugins. What fails as a whole is said in a toast. */
export function useBulk(): Bulk {
  const text = useText()
  const say = useSay()
  const toast = useToast()
  const { pending, act } = useAct()
  const ask = (
    action: BulkAction,
    ids: readonly string[],
    { dryRun = false, cascade = true }: { readonly dryRun?: boolean; readonly cascade?: boolean } = {},
  ) =>
    act(
      'plugins.bulk',
      { ids: [...ids], action, cascade, dryRun },
      { failed: text('bulk.failed'), as: action, timeoutMs: BASE_MS + ids.length * EACH_MS },
    )
  const run: Bulk['run'] = async (action, ids) => {
    const results = await ask(action, ids)
    return Array.isArray(results) ? results : undefined
  }
  const tell = (action: BulkAction, results: readonly BulkResult[]): void => {
    const failed = results.flatMap(({ id, error }) => (error ? [`${id}: ${say.error(error)}`] : []))
    const title = text(`bulk.done.${action}`, {
      done: String(results.length - failed.length),
      count: String(results.length),
    })
    if (failed.length === 0) toast({ kind: 'good', title })
    else toast({ kind: 'bad', title, description: failed.join(' · ') })
  }
  // What others have started or stopped since is not touched: then it is refused, and said.
  const undo = async (action: 'enable' | 'disable', ids: readonly string[]): Promise<void> => {
    const results = await ask(action, ids, { cascade: false })
    if (Array.isArray(results)) tell(action, results)
  }
  return {
    pending: pending as BulkAction | null,
    plan: async (action, ids) => {
      const plan = await ask(action, ids, { dryRun: true })
      return Array.isArray(plan) ? undefined : plan
    },
    run,
    enableAgain: async (ids) => {
      const results = await run('enable', ids)
      if (results) tell('enable', results)
    },
    undoOf: (action, ids) => {
      if (ids.length === 0) return undefined
      if (action === 'enable') return () => void undo('disable', ids)
      if (action === 'disable') return () => void undo('enable', ids)
      return undefined
    },
  }
}
