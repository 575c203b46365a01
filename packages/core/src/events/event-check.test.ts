import { expect, test } from 'vitest'
import { checkEvent, type HostEvent } from './event-check.ts'

const refusal = (event: unknown): unknown => {
  try {
    checkEvent(event as HostEvent, 'host')
    return null
  } catch (thrown) {
    return thrown
  }
}

test('[EV10.b] the data of a type that ships is checked, and a violation names the field', () => {
  const cases: [event: unknown, pointer: string][] = [
    [{ type: 'vm.started', data: {} }, '/data/vmId'],
    [{ type: 'vm.started' }, '/data'],
    [{ type: 'device.added', data: { deviceId: 'd' } }, '/data/deviceType'],
    [{ type: 'performance.update', data: { metric: 'm', value: Infinity } }, '/data/value'],
    [{ type: 'performance.update', data: { metric: 'm', value: 1, vmId: 5 } }, '/data/vmId'],
    [
      { type: 'plugin.failed', data: { id: 'a', code: 'X', message: 'm', nextRestartAt: 'soon' } },
      '/data/nextRestartAt',
    ],
  ]
  for (const [event, pointer] of cases) {
    expect(refusal(event)).toMatchObject({ code: 'EVENT_INVALID', details: [{ pointer }] })
  }
  expect(refusal({ type: 'vm.started', data: { vmId: 'x', more: true } })).toBeNull()
})

test('[EV10.a] any other topic takes any JSON; what is no topic, no JSON or no text is refused', () => {
  for (const data of [null, 1, 'text', [1, [2]], { deep: { er: null } }]) {
    expect(checkEvent({ type: 'user.joined', data }, 'host')).toMatchObject({
      type: 'user.joined',
      source: 'host',
      data,
    })
  }
  expect(checkEvent({ type: 'x' }, 'host').data).toBeNull()
  for (const type of ['', 'a..b', '.a', 'a b', 'a.*', 5, 'x'.repeat(257)]) {
    expect(refusal({ type, data: null })).toMatchObject({ code: 'EVENT_INVALID', details: [{ pointer: '/type' }] })
  }
  expect(refusal({ type: 'x', data: 5n })).toMatchObject({ code: 'EVENT_INVALID', details: [{ pointer: '/data' }] })
  expect(refusal({ type: 'x', source: '' })).toMatchObject({ details: [{ pointer: '/source' }] })
  expect(refusal({ type: 'x', subject: 5 })).toMatchObject({ details: [{ pointer: '/subject' }] })
  expect(refusal({ type: 'x', at: 1.5 })).toMatchObject({ details: [{ pointer: '/at' }] })
  expect(refusal(null)).toMatchObject({ details: [{ pointer: '' }] })
})

test('the copy is independent of the object that the publisher holds', () => {
  const data = { list: [1] }
  const checked = checkEvent({ type: 'x', data }, 'host')
  data.list.push(2)
  expect(checked.data).toEqual({ list: [1] })
})
