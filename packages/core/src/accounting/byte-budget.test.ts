import { expect, test } from 'vitest'
import { ByteBudget, type ByteHolder } from './byte-budget.ts'

/** Holds parts of some bytes each, the oldest first. */
function holderOf(
  budget: () => ByteBudget,
  parts: number[] = [],
): ByteHolder & { readonly parts: number[]; add(bytes: number): void } {
  return {
    parts,
    get heldBytes() {
      return parts.reduce((sum, bytes) => sum + bytes, 0)
    },
    add(bytes) {
      parts.push(bytes)
      budget().take(bytes)
    },
    shedOldest() {
      const oldest = parts.shift()
      if (oldest !== undefined) budget().give(oldest)
      return oldest !== undefined
    },
  }
}

test('beyond the limit, whoever holds most gives up its oldest parts', () => {
  const [large, small]: ReturnType<typeof holderOf>[] = [holderOf(() => budget), holderOf(() => budget)]
  const budget: ByteBudget = new ByteBudget(100, () => [large!, small!])
  for (const bytes of [30, 31, 32]) large!.add(bytes)
  small!.add(5)
  small!.add(6)
  expect(large!.parts).toEqual([31, 32])
  expect(small!.parts).toEqual([5, 6])
  expect(budget.held).toBe(74)
})

test('what nobody can give up does not loop', () => {
  const budget = new ByteBudget(10, () => [])
  budget.take(50)
  expect(budget.held).toBe(50)
})
