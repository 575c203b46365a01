import { expect, test } from 'vitest'
import { FairQueue } from './fair-queue.ts'

test('owners take turns, and the jobs of each keep their order', async () => {
  const queue = new FairQueue()
  const done: string[] = []
  const add = (owner: string, name: string) => queue.run(owner, async () => void done.push(owner + name))
  await Promise.all([add('a', '1'), add('a', '2'), add('a', '3'), add('b', '1'), add('c', '1'), add('b', '2')])
  expect(done).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3'])
})

test('a job that fails fails for its caller only', async () => {
  const queue = new FairQueue()
  const failing = queue.run('a', () => Promise.reject(new Error('no')))
  const next = queue.run('a', () => Promise.resolve(5))
  await expect(failing).rejects.toThrow('no')
  await expect(next).resolves.toBe(5)
})

test('of one owner, a hundred jobs wait at most; others are not refused', async () => {
  const queue = new FairQueue()
  const { promise, resolve } = Promise.withResolvers<void>()
  const jobs = Array.from({ length: 101 }, () => queue.run('a', () => promise))
  await expect(queue.run('a', () => promise)).rejects.toMatchObject({ code: 'BUSY', details: { id: 'a' } })
  const other = queue.run('b', () => promise)
  resolve()
  await Promise.all([...jobs, other])
})
