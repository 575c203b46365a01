import type { EventBody, EventStamp, PluginEvent } from '@plugboard/plugin-sdk'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeRuns, encodeRuns, encodeValues, ORIGIN, type EventRun } from './event-codec.ts'

const text = fc.string({ minLength: 1, unit: 'binary' })
const body: fc.Arbitrary<EventBody> = fc.oneof(
  fc.record({ type: fc.constantFrom('vm.started' as const, 'vm.stopped' as const), vmId: text }),
  fc.record({ type: fc.constant('device.added' as const), deviceId: text, deviceType: text }),
  fc.record({ type: fc.constant('device.removed' as const), deviceId: text }),
  fc.record(
    {
      type: fc.constant('performance.update' as const),
      metric: text,
      value: fc.double({ noNaN: true, noDefaultInfinity: true }),
      vmId: text,
    },
    { requiredKeys: ['type', 'metric', 'value'] },
  ),
  fc.record({ type: fc.constant('custom' as const), eventType: text, data: fc.jsonValue() as fc.Arbitrary<never> }),
)
const stamp = fc.record({ source: fc.oneof(fc.constant('host'), text), at: fc.nat() })

test('whatever is published arrives as it was, in order', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(body, stamp), { maxLength: 40 }), (published) => {
      const events = published.map(([one, rest], n): { body: EventBody; stamp: EventStamp } => ({
        body: one,
        stamp: { ...rest, id: `t-${n.toString(36)}` },
      }))
      const encoded = encodeRuns(
        events.map((event) => ({
          type: event.body.type,
          source: event.stamp.source,
          values: encodeValues(event.body, event.stamp),
        })),
      )
      const sent = events.map((event): PluginEvent => ({ ...event.body, ...event.stamp }))
      // As JSON carries it: -0 is 0.
      expect(decodeRuns(JSON.parse(encoded) as EventRun[], ORIGIN)).toEqual(JSON.parse(JSON.stringify(sent)))
    }),
    { seed: 7 },
  )
})

test('events of one type and source share a run', () => {
  const event = (type: 'vm.started' | 'vm.stopped', source: string, n: number) => ({
    type,
    source,
    values: encodeValues({ type, vmId: 'vm' }, { id: `${n}`, at: n }),
  })
  const runs = JSON.parse(
    encodeRuns([
      event('vm.started', 'a', 1),
      event('vm.started', 'a', 2),
      event('vm.started', 'b', 3),
      event('vm.stopped', 'b', 4),
    ]),
  ) as EventRun[]
  expect(runs.map(({ type, source, values }) => [type, source, values.length])).toEqual([
    ['vm.started', 'a', 6],
    ['vm.started', 'b', 3],
    ['vm.stopped', 'b', 3],
  ])
  expect(encodeRuns([])).toBe('[]')
})
