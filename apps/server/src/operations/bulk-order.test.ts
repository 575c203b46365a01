import { expect, test } from 'vitest'
import { bulkOrder, inOrder } from './bulk-order.ts'

const node = (id: string, ...needs: string[]) => ({
  id,
  version: '1.0.0',
  dependencies: Object.fromEntries(needs.map((one) => [one, '*'])),
})
const nodes = [node('top', 'middle'), node('middle', 'base'), node('base'), node('other')]

test('what others need comes first when they start and last when they end, also where one in between is not wanted', () => {
  expect([...bulkOrder(['top', 'base', 'other', 'nobody'], { ends: false, nodes })]).toEqual([
    ['base', []],
    ['other', []],
    ['top', ['base']],
    ['nobody', []],
  ])
  expect([...bulkOrder(['top', 'base', 'other', 'nobody'], { ends: true, nodes })]).toEqual([
    ['top', []],
    ['other', []],
    ['base', ['top']],
    ['nobody', []],
  ])
})

test('independent plugins are processed in parallel, a few at a time', async () => {
  let running = 0
  let most = 0
  const log: string[] = []
  const order = new Map([
    ['a', []],
    ['b', []],
    ['c', []],
    ['d', ['a']],
  ])
  const results = await inOrder(order, 2, async (id) => {
    running += 1
    most = Math.max(most, running)
    log.push(`+${id}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
    log.push(`-${id}`)
    running -= 1
    return id.toUpperCase()
  })
  expect(results).toEqual(['A', 'B', 'C', 'D'])
  expect(most).toBe(2)
  expect(log.indexOf('-a')).toBeLessThan(log.indexOf('+d'))
})
