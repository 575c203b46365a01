import type { PluginEvent } from '@plugboard/plugin-sdk'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  decodeRuns,
  encodeData,
  encodeMore,
  encodeRuns,
  encodeValues,
  TIME_BASE,
  type Encodable,
  type EventRun,
} from './event-codec.ts'

const text = fc.string({ minLength: 1, unit: 'binary' })
const ORIGINS = [{ node: 'here' }, { node: 'here', plugin: 'one' }, { node: 'there', plugin: 'two' }] as const
const event: fc.Arbitrary<PluginEvent> = fc.record(
  {
    id: text,
    type: fc.oneof(fc.constant('performance.update'), text),
    at: fc.nat(),
    source: fc.oneof(fc.constant('host'), text),
    data: fc.jsonValue() as fc.Arbitrary<never>,
    subject: text,
    traceparent: text,
    origin: fc.constantFrom(...ORIGINS),
  },
  { requiredKeys: ['id', 'type', 'at', 'source', 'data', 'origin'] },
)

function encodable({ type, source, origin, id, at, data, subject, traceparent }: PluginEvent): Encodable {
  const more = subject !== undefined || traceparent !== undefined
  const encoded = encodeData(data)
  const safeId = JSON.stringify(id).slice(1, -1)
  const plain = encodeValues(safeId, at, encoded.values)
  const values = more ? plain + encodeMore({ subject, traceparent }) : plain
  return { type, source, origin, more, keys: encoded.keys, values }
}

test('whatever is published arrives as it was, in order', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40 }), (sent) => {
      const encoded = encodeRuns(sent.map(encodable))
      // As JSON carries it: -0 is 0.
      expect(decodeRuns(JSON.parse(encoded) as EventRun[], TIME_BASE)).toEqual(JSON.parse(JSON.stringify(sent)))
    }),
    { seed: 7 },
  )
})

test('events of one type, source, origin and shape share a run', () => {
  const of = (type: string, source: string, origin: PluginEvent['origin']): Encodable =>
    encodable({ id: '1', type, at: 0, source, data: null, origin })
  const [here, one] = ORIGINS
  const base: PluginEvent = { id: '1', type: 'a', at: 0, source: 'x', data: null, origin: here }
  const events = [of('a', 'x', here), of('a', 'x', here), of('a', 'y', here), of('b', 'y', here), of('b', 'y', one)]
  const runs = JSON.parse(encodeRuns(events)) as EventRun[]
  expect(runs.map(({ type, source, values }) => [type, source, values.length])).toEqual([
    ['a', 'x', 6],
    ['a', 'y', 3],
    ['b', 'y', 3],
    ['b', 'y', 3],
  ])
  expect(encodeRuns([])).toBe('[]')

  const shaped = [
    { a: 1, b: 'x' },
    { a: 2, b: 'y' },
    { b: 'x', a: 1 },
    { a: [] },
    {},
    Object.create({ a: 1 }) as object,
  ]
  const shapes = JSON.parse(encodeRuns(shaped.map((data) => encodable({ ...base, data: data as never })))) as EventRun[]
  expect(shapes.map(({ keys, values }) => [keys, values.slice(2)])).toEqual([
    [
      ['a', 'b'],
      [1, 'x', '1', 0 - TIME_BASE, 2, 'y'],
    ],
    [
      ['b', 'a'],
      ['x', 1],
    ],
    [null, [{ a: [] }, '1', 0 - TIME_BASE, {}, '1', 0 - TIME_BASE, {}]],
  ])
})

test('a field of a prototype does not travel, one named __proto__ does, and neither changes the names of other events', () => {
  const inherited = Object.assign(Object.create({ a: 1 }) as object, { b: 2, c: 3 })
  const own = JSON.parse('{ "__proto__": 1, "x": 2 }') as object
  const sent = [{ x: 1, y: 2 }, inherited, { b: 5, c: 6 }, own, { x: 3, y: 4 }, { b: 7, c: 8 }]
  const base: PluginEvent = { id: '1', type: 'a', at: 0, source: 'x', data: null, origin: ORIGINS[0] }
  const encoded = encodeRuns(sent.map((data) => encodable({ ...base, data: data as never })))
  const arrived = decodeRuns(JSON.parse(encoded) as EventRun[], TIME_BASE).map(({ data }) => data)
  expect(arrived.map((data) => JSON.stringify(data))).toEqual([
    '{"x":1,"y":2}',
    '{"b":2,"c":3}',
    '{"b":5,"c":6}',
    '{"__proto__":1,"x":2}',
    '{"x":3,"y":4}',
    '{"b":7,"c":8}',
  ])
})
