import { expect, test } from 'vitest'
import { AtOnce } from './at-once.ts'

test('each caller runs so many at once, and more again when one has ended, however it ended', async () => {
  const limit = new AtOnce(2)
  const waiting: PromiseWithResolvers<string>[] = []
  const begin = (caller: string) => {
    const work = Promise.withResolvers<string>()
    waiting.push(work)
    return limit.run(caller, () => work.promise)
  }
  const first = begin('ada')
  const second = expect(begin('ada')).rejects.toThrow('broke')
  await expect(begin('ada')).rejects.toMatchObject({ code: 'RATE_LIMITED' })
  const other = begin('ben')
  waiting[1]!.reject(new Error('broke'))
  await second
  const third = begin('ada')
  for (const work of waiting) work.resolve('done')
  expect(await Promise.all([first, other, third])).toEqual(['done', 'done', 'done'])
})
