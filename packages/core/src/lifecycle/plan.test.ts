import { expect, test } from 'vitest'
import { planDisable, planEnable, planLoad, planRestart, planUnload, type PlannedPlugin } from './plan.ts'

const plugin = (id: string, needs: readonly string[], changes: Partial<PlannedPlugin> = {}): PlannedPlugin => ({
  id,
  version: '1.0.0',
  dependencies: Object.fromEntries(needs.map((needed) => [needed, '*'])),
  state: 'active',
  enabled: true,
  ...changes,
})
const off = { state: 'loaded', enabled: false } as const
const brief = (steps: readonly { id: string; action: string }[]): string[] =>
  steps.map(({ id, action }) => `${action} ${id}`)

test('[LC5.g] a load that is to start has two steps', () => {
  expect(brief(planLoad('a', { enabled: true }))).toEqual(['load a', 'enable a'])
  expect(brief(planLoad('a', { enabled: false }))).toEqual(['load a'])
})

test('[LC5.c] what it needs and is disabled is enabled first; an active one needs nothing', () => {
  const plugins = [plugin('web', ['api'], off), plugin('api', ['db'], off), plugin('db', [], off)]
  expect(planEnable('web', plugins)).toEqual([
    {
      id: 'db',
      action: 'enable',
      code: 'needed',
      details: { dependent: 'web' },
      reason: 'Required by web, and disabled.',
    },
    {
      id: 'api',
      action: 'enable',
      code: 'needed',
      details: { dependent: 'web' },
      reason: 'Required by web, and disabled.',
    },
    { id: 'web', action: 'enable', code: 'asked', details: { dependents: [] }, reason: 'Requested.' },
  ])
  expect(planEnable('x', [plugin('x', [])])).toEqual([])
})

test('[LC5.e] running dependents are disabled first, the outermost first, each with its reason', () => {
  const plugins = [plugin('db', []), plugin('api', ['db']), plugin('web', ['api']), plugin('idle', ['db'], off)]
  expect(planUnload('db', plugins)).toMatchObject([
    {
      id: 'web',
      action: 'disable',
      code: 'dependent',
      details: { dependency: 'db', isDirect: false },
      reason: 'Depends on db through other plugins.',
    },
    {
      id: 'api',
      action: 'disable',
      code: 'dependent',
      details: { dependency: 'db', isDirect: true },
      reason: 'Depends on db.',
    },
    { id: 'db', action: 'unload', reason: 'Requested.' },
  ])
  expect(brief(planDisable('db', plugins))).toEqual(['disable web', 'disable api', 'disable db'])
  expect(planDisable('idle', plugins)).toEqual([])
})

test('[LC5.f] a restart touches nobody else and says who runs without it meanwhile', () => {
  const plugins = [plugin('db', []), plugin('api', ['db']), plugin('web', ['api'])]
  expect(planRestart('db', plugins)).toEqual([
    {
      id: 'db',
      action: 'restart',
      code: 'asked',
      reason: 'Requested. web, api keep running without it.',
      details: { dependents: ['web', 'api'] },
    },
  ])
  expect(planRestart('web', plugins)).toMatchObject([{ reason: 'Requested.' }])
})
