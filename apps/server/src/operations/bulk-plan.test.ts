import { PluginError, type Step } from '@plugboard/core'
import { expect, test } from 'vitest'
import { bulkPlan } from './bulk-plan.ts'

function step(id: string, code: 'asked' | 'dependent'): Step {
  return { id, action: 'disable', code, reason: code, details: null } as unknown as Step
}

test('a plan for several names each plugin once, in order: what was asked for as that, and what else is affected', async () => {
  const plans: Record<string, Step[]> = {
    top: [step('top', 'asked')],
    middle: [step('outside', 'dependent'), step('top', 'dependent'), step('middle', 'asked')],
    base: [step('outside', 'dependent'), step('base', 'asked')],
  }
  const { steps } = await bulkPlan(['top', 'middle', 'base'], async (id) => ({ steps: plans[id]! }))
  expect(steps.map(({ id, code }) => [id, code])).toEqual([
    ['top', 'asked'],
    ['outside', 'dependent'],
    ['middle', 'asked'],
    ['base', 'asked'],
  ])
})

test('a plan for several says which of them would be refused, and why', async () => {
  const plan = await bulkPlan(['gone', 'there'], async (id) => {
    if (id === 'gone') throw new PluginError('PLUGIN_NOT_FOUND', 'gone is not loaded', { id })
    return { steps: [step(id, 'asked')] }
  })
  expect(plan.steps.map(({ id }) => id)).toEqual(['there'])
  expect(plan.refused).toMatchObject([{ id: 'gone', error: { code: 'PLUGIN_NOT_FOUND' } }])
})
