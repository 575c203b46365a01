import type { Plan } from '@plugboard/core'
import type { BulkPlanView } from '@plugboard/protocol'
import { toWire } from '../errors/wire-problem.ts'
import { planView } from '../views/plugin.ts'

/**
 * What an action on several plugins would do, with all that it would affect besides.
 * @param ids in the order in which they would be taken
 * @param planOf the plan for one of them, with all that has to be affected besides
 */
export async function bulkPlan(ids: readonly string[], planOf: (id: string) => Promise<Plan>): Promise<BulkPlanView> {
  const wanted = new Set(ids)
  const steps = new Map<string, BulkPlanView['steps'][number]>()
  const refused: BulkPlanView['refused'] = []
  for (const id of ids) {
    const plan = await planOf(id).then(planView, (thrown: unknown) => void refused.push({ id, error: toWire(thrown) }))
    for (const step of plan?.steps ?? []) {
      // One that was asked for and is needed by another as well was asked for.
      if (step.id === id || (!wanted.has(step.id) && !steps.has(step.id))) steps.set(step.id, step)
    }
  }
  return { steps: [...steps.values()], refused }
}
