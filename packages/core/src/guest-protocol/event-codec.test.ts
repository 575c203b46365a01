import type { PluginEvent } from '@plugboard/plugin-sdk'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeRuns, encodeRuns, encodeValues, TIME_BASE, type Encodable, type EventRun } from './event-codec.ts'

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
  return { type, source, origin, more, values: encodeValues({ id, at, data, subject, traceparent }) }
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

test('events of one type, source and origin share a run', () => {
  const of = (type: string, source: string, origin: PluginEvent['origin']): Encodable =>
    encodable({ id: '1', type, at: 0, source, data: null, origin })
  const [here, one] = ORIGINS
  const events = [of('a', 'x', here), of('a', 'x', here), of('a', 'y', here), of('b', 'y', here), of('b', 'y', one)]
  const runs = JSON.parse(encodeRuns(events)) as EventRun[]
  expect(runs.map(({ type, source, values }) => [type, source, values.length])).toEqual([
    ['a', 'x', 6],
    ['a', 'y', 3],
    ['b', 'y', 3],
    ['b', 'y', 3],
  ])
  expect(encodeRuns([])).toBe('[]')
})
