import type { SharedChange } from '@plugboard/plugin-sdk'
import { expect, test, vi } from 'vitest'
import { SharedFeed } from './shared-feed.ts'

test('an instance that does not listen is told nothing', () => {
  const send = vi.fn<(changes: readonly SharedChange[]) => void>()
  const feed = new SharedFeed(send)
  feed.tell({ key: 'a', value: 1, version: 1 })
  feed.listen(true)
  feed.listen(false)
  feed.tell({ key: 'a', value: 2, version: 2 })
  expect(send).not.toHaveBeenCalled()
})

test('while the last changes are not taken, only the latest of each key waits, in the order of versions', () => {
  const send = vi.fn<(changes: readonly SharedChange[]) => void>()
  const feed = new SharedFeed(send)
  feed.listen(true)
  feed.tell({ key: 'a', value: 1, version: 1 })
  feed.tell({ key: 'b', value: 1, version: 2 })
  feed.tell({ key: 'c', value: 1, version: 3 })
  feed.tell({ key: 'b', version: 4 })
  for (let version = 5; version < 1_000; version += 1) feed.tell({ key: 'a', value: version, version })
  expect(send.mock.calls).toEqual([[[{ key: 'a', value: 1, version: 1 }]]])
  feed.taken()
  expect(send.mock.calls[1]).toEqual([
    [
      { key: 'c', value: 1, version: 3 },
      { key: 'b', version: 4 },
      { key: 'a', value: 999, version: 999 },
    ],
  ])
  feed.taken()
  expect(send).toHaveBeenCalledTimes(2)
})

test('what waits is sent in parts of about 1 MiB', () => {
  const send = vi.fn<(changes: readonly SharedChange[]) => void>()
  const feed = new SharedFeed(send)
  feed.listen(true)
  const value = 'x'.repeat(250_000)
  for (let version = 1; version <= 10; version += 1) feed.tell({ key: `k${version}`, value, version })
  for (let batch = 0; batch < 4; batch += 1) feed.taken()
  expect(send.mock.calls.map(([changes]) => changes.length)).toEqual([1, 4, 4, 1])
})
