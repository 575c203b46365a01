import type { ManagerSnapshot, PluginFact } from '@plugboard/core'
import { expect, test } from 'vitest'
import { Snapshots } from './snapshots.ts'

function setUp() {
  let [taken, now] = [0, 0]
  const manager = { snapshot: () => ({ at: (taken += 1) }) as ManagerSnapshot }
  const snapshots = new Snapshots(manager, () => now)
  return { snapshots, count: () => taken, advance: (ms: number) => void (now += ms) }
}

test('everybody who looks within a second sees the same snapshot', () => {
  const { snapshots, count, advance } = setUp()
  const first = snapshots.take()
  advance(1_000)
  expect(snapshots.current()).toBe(first)
  expect(snapshots.current()).toBe(first)
  expect(count()).toBe(1)
})

test('a snapshot that is older than a second is taken anew', () => {
  const { snapshots, advance } = setUp()
  const first = snapshots.take()
  advance(1_001)
  expect(snapshots.current()).not.toBe(first)
})

test('a fact makes the snapshot void; a log entry does not', () => {
  const { snapshots } = setUp()
  const first = snapshots.take()
  snapshots.takeFact({ type: 'log' } as PluginFact)
  expect(snapshots.current()).toBe(first)
  snapshots.takeFact({ type: 'state' } as PluginFact)
  expect(snapshots.current()).not.toBe(first)
})
