import { expect, test } from 'vitest'
import { MemoryBudget } from './memory-budget.ts'

const look = (budget: MemoryBudget, memoryBytes: number, snapshotting = false): number =>
  budget.excess(memoryBytes, { snapshotting })

test('[SV1.f] without a snapshot the budget is the budget', () => {
  const budget = new MemoryBudget(100)
  expect([50, 100, 101, 250].map((bytes) => look(budget, bytes))).toEqual([0, 0, 1, 150])
})

test('[SV1.f] what a snapshot takes is let be, what comes on top of it is not, and what is given back is gone', () => {
  const budget = new MemoryBudget(100)
  expect([80, 400, 900].map((bytes) => look(budget, bytes, true))).toEqual([0, 0, 0])
  expect(look(budget, 900)).toBe(0)
  expect(look(budget, 930)).toBe(10)
  expect(look(budget, 300)).toBe(0)
  expect(look(budget, 330)).toBe(10)
  expect(look(budget, 70)).toBe(0)
  expect(look(budget, 101)).toBe(1)
})
