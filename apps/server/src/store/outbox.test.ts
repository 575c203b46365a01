import { pino } from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { Outbox } from './outbox.ts'
import { StoreError } from './store-error.ts'

function outbox(write: (items: readonly number[]) => Promise<void>, capacity = 10_000): Outbox<number> {
  const box = new Outbox<number>({ name: 'test', delayMs: 60_000, capacity, log: pino({ level: 'silent' }), write })
  onTestFinished(() => box.close())
  return box
}

test('what cannot be written waits, in its order, and is written when it can be', async () => {
  const written: number[] = []
  let isFull = true
  const box = outbox(async (items) => {
    if (isFull) throw new StoreError('full')
    written.push(...items)
  })
  for (const item of [1, 2, 3]) box.push(item)
  await expect(box.flush()).rejects.toMatchObject({ trouble: 'full' })
  // Who only reads does not wait for a try that would fail.
  await box.catchUp()
  box.push(4)
  isFull = false
  await box.flush()
  expect(written).toEqual([1, 2, 3, 4])
})

test('one that the store refuses takes no other along', async () => {
  const written: number[] = []
  const box = outbox(async (items) => {
    if (items.includes(1_500)) throw new TypeError('of no shape')
    written.push(...items)
  })
  for (let n = 0; n < 2_500; n += 1) box.push(n)
  await box.flush()
  expect(written).toHaveLength(2_499)
})

test('where too much waits the oldest gives way', async () => {
  const written: number[] = []
  let isFull = true
  const box = outbox(async (items) => {
    if (isFull) throw new StoreError('full')
    written.push(...items)
  }, 3)
  for (const item of [1, 2, 3, 4, 5]) box.push(item)
  await expect(box.flush()).rejects.toThrow()
  box.push(6)
  isFull = false
  await box.flush()
  expect(written).toEqual([4, 5, 6])
})

test('where too many bytes wait the oldest items give way; the newest stays, however large it is', async () => {
  const written: string[] = []
  const box = new Outbox<string>({
    name: 'test',
    delayMs: 60_000,
    capacity: 100,
    sizeOf: (item) => item.length,
    capacityBytes: 10,
    log: pino({ level: 'silent' }),
    write: async (items) => void written.push(...items),
  })
  for (const item of ['aaaa', 'bbbb', 'cccc']) box.push(item)
  await box.flush()
  expect(written).toEqual(['bbbb', 'cccc'])
  box.push('x'.repeat(50))
  await box.flush()
  expect(written.at(-1)).toHaveLength(50)
  // What was written is no longer counted.
  for (const item of ['dddd', 'eeee']) box.push(item)
  await box.flush()
  expect(written.slice(-2)).toEqual(['dddd', 'eeee'])
})
