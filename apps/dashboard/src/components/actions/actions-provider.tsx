'use client'

import { useRouter } from 'next/navigation'
import { createContext, useContext, useState, type ReactNode } from 'react'
import { lazyDialog, usePreload } from '@/components/ui/lazy-part'
import { useToast } from '@/components/ui/toasts'
import { useClient } from '@/live/client-context'
import { useOperation } from '@/live/use-operation'
import { useReport } from '@/components/feedback/use-report'
import { useText } from '@/messages/use-text'
import { queuedEvents } from './queued-events'
import { useBulk } from './use-bulk'
import { stepsOnOthers, type ActionTarget, type PluginAction, type Step } from './plugin-action'

const PlanDialog = lazyDialog(() => import('./plan-dialog').then((module) => module.PlanDialog))
const SOON = [PlanDialog]

interface Actions {
  /** What is under way, by plugin. */
  readonly pending: ReadonlyMap<string, PluginAction>
  /** Acts, or asks first where it would touch other plugins, take one away, or discard a queue. */
  readonly act: (action: PluginAction, target: ActionTarget) => Promise<void>
}

interface Question {
  readonly action: Exclude<PluginAction, 'restart'>
  readonly target: ActionTarget
  readonly steps: readonly Step[]
}

const ActionsContext = createContext<Actions>({ pending: new Map(), act: () => Promise.resolve() })

/**
 * Runs all actions on plugins: marks the plugin as pending, shows the plan if other plugins are affected, then reports
 * the result.
 */
export function ActionsProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const text = useText()
  const report = useReport()
  const toast = useToast()
  const call = useOperation()
  const client = useClient()
  const router = useRouter()
  const { undoOf } = useBulk()
  const [pending, setPending] = useState<ReadonlyMap<string, PluginAction>>(new Map())
  const [question, setQuestion] = useState<Question | null>(null)
  usePreload(SOON)

  const mark = (id: string, action: PluginAction | null): void =>
    setPending((before) => {
      const next = new Map(before)
      if (action === null) next.delete(id)
      else next.set(id, action)
      return next
    })
  /** @param steps the plan, which is carried out as a whole; undefined for the action on the plugin alone */
  const perform = async (action: PluginAction, { id, name }: ActionTarget, steps?: readonly Step[]): Promise<void> => {
    mark(id, action)
    try {
      if (action === 'restart') await call('plugins.restart', { id })
      else await call(`plugins.${action}`, { id, cascade: steps !== undefined })
      const undo = undoOf(action, steps ? steps.map((step) => step.id) : [id])
      toast({
        kind: 'good',
        title: text(`action.done.${action}`, { name }),
        about: `state ${id}`,
        ...(undo && { undo }),
      })
      const shown = new URLSearchParams(window.location.search).get('id')
      if (action === 'unload' && shown === id) router.push('/plugins')
    } catch (thrown) {
      report(thrown, text(`action.failed.${action}`, { name }))
    } finally {
      mark(id, null)
    }
  }

  const act = async (action: PluginAction, target: ActionTarget): Promise<void> => {
    const { id, name } = target
    // A restart leaves those that need it running.
    if (action === 'restart') return perform(action, target)
    mark(id, action)
    try {
      const plan = await call(`plugins.${action}`, { id, cascade: true, dryRun: true })
      const steps = plan !== null && 'steps' in plan ? plan.steps : []
      const touchesOthers = stepsOnOthers({ steps }, id).length > 0
      const board = client?.topic('board').get().state ?? null
      const losesEvents = queuedEvents(board, { id, action }) > 0
      if (action !== 'unload' && !touchesOthers && !losesEvents) return await perform(action, target)
      setQuestion({ action, target, steps })
    } catch (thrown) {
      report(thrown, text(`action.failed.${action}`, { name }))
    } finally {
      mark(id, null)
    }
  }

  return (
    <ActionsContext value={{ pending, act }}>
      {children}
      {question && (
        <PlanDialog
          {...question}
          onClose={() => setQuestion(null)}
          onConfirm={() => void perform(question.action, question.target, question.steps)}
        />
      )}
    </ActionsContext>
  )
}

export function useActions(): Actions {
  return useContext(ActionsContext)
}
