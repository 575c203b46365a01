import type { TraceDelivery, TracePart } from '@plugboard/protocol'
import { expect, test } from 'vitest'
import { barOf, traceRows } from './trace-rows'

const delivery = (plugin: string): TraceDelivery => ({
  plugin,
  version: null,
  state: 'handled',
  waitedMs: 1,
  tookMs: 2,
  error: null,
})
const part = (type: string, plugins: readonly string[], more: Partial<TracePart> = {}): TracePart => ({
  event: { id: type, type, at: 0, source: 's', origin: { node: 'here' }, data: null, isCut: false },
  afterMs: 0,
  cause: null,
  deliveries: plugins.map(delivery),
  refusals: [],
  ...more,
})

test('below each plugin stands what it published because of the event, and what it was refused', () => {
  const refusals = [{ plugin: 'b', type: 'vm.stopped', code: 'PERMISSION_DENIED', message: 'no', times: 1 }]
  const parts = [
    part('first', ['a', 'b'], { refusals }),
    part('second', ['c'], { cause: { event: 0, plugin: 'a' }, afterMs: 5 }),
    part('third', [], { cause: { event: 1, plugin: 'c' } }),
    part('fourth', ['a'], { cause: { event: 0, plugin: 'b' } }),
  ]
  const lines = traceRows({ parts }).map((row) => {
    const name =
      row.kind === 'event' ? row.part.event.type : row.kind === 'delivery' ? row.delivery.plugin : row.refusal.type
    return `${' '.repeat(row.depth)}${name}`
  })
  expect(lines).toEqual(['first', ' a', '  second', '   c', '    third', ' b', '  fourth', '   a', '  vm.stopped'])
  expect(new Set(traceRows({ parts }).map(({ key }) => key)).size).toBe(lines.length)
  expect(traceRows({ parts: [] })).toEqual([])
})

test('a bar has its place on the time of the whole trace; what has not begun has none', () => {
  expect(barOf({ afterMs: 5, waitedMs: 1, tookMs: 2 }, 10)).toEqual({ start: 0.5, waited: 0.1, took: 0.2 })
  expect(barOf({ afterMs: 5, waitedMs: 1, tookMs: null }, 10)).toMatchObject({ took: 0 })
  expect(barOf({ afterMs: 5, waitedMs: null, tookMs: null }, 10)).toBeNull()
  expect(barOf({ afterMs: 0, waitedMs: 0, tookMs: 0 }, 0)).toBeNull()
})
