import { expect, expectTypeOf, test } from 'vitest'
import { isEvent, isReservedType, type PluginEvent } from './event.ts'
import type { JsonValue } from './json.ts'
import { definePlugin } from './plugin.ts'
import type { PluginEventBus, PluginMessages, SharedData } from './context.ts'

declare module './event.ts' {
  interface EventTypes {
    'test.joined': { readonly name: string }
  }
}

interface Visit {
  readonly page: string
  readonly seconds?: number
}

const event = (type: string, data: JsonValue): PluginEvent => ({
  id: '1',
  type,
  at: 0,
  source: 'test',
  data,
  origin: { node: 'here' },
})

test('an event is narrowed by its type, to the data that EventTypes lists', () => {
  const one = event('test.joined', { name: 'Ada' })
  expectTypeOf(one.data).toEqualTypeOf<JsonValue>()
  if (!isEvent(one, 'test.joined')) throw new Error('not narrowed')
  expectTypeOf(one.data).toEqualTypeOf<{ readonly name: string }>()
  expect(one.data.name).toBe('Ada')
  expect(isEvent(one, 'vm.started')).toBe(false)
})

test('publish takes what EventTypes lists for a type, and any JSON for another, values of an interface included', () => {
  const visit: Visit = { page: '/' }
  // Never called: the compiler is what is tested.
  const publishAll = (bus: PluginEventBus): void => {
    void bus.publish({ type: 'test.joined', data: { name: 'Ada' } })
    void bus.publish({ type: 'page.visited', data: visit })
    void bus.publish({ type: 'tick' })
    // @ts-expect-error: the name must be text
    void bus.publish({ type: 'test.joined', data: { name: 1 } })
    // @ts-expect-error: a listed type needs its data
    void bus.publish({ type: 'vm.started' })
    // @ts-expect-error: a function is not JSON
    void bus.publish({ type: 'page.visited', data: { act: () => 1 } })
  }
  expect(publishAll).toBeTypeOf('function')
})

test('messages, shared data and a status take values of an interface, and no function', () => {
  const visit: Visit = { page: '/' }
  // Never called: the compiler is what is tested.
  const sendAll = (messages: PluginMessages, shared: SharedData, any: JsonValue): void => {
    void messages.send('one', 'visit', visit)
    void messages.broadcast('visits', [visit])
    void messages.send('one', 'any', any)
    void shared.set('visit', visit)
    void shared.compareAndSet('visit', 1, { visit, any })
    definePlugin({ status: () => visit })
    // @ts-expect-error: a function is not JSON
    void messages.send('one', 'act', { act: () => 1 })
    // @ts-expect-error: nor is a date's method; its text is
    void shared.set('at', new Date())
  }
  expect(sendAll).toBeTypeOf('function')
})

test('types below vm., device., performance. and plugin. are reserved', () => {
  expect(['vm.started', 'device.x', 'performance.update', 'plugin.failed'].every(isReservedType)).toBe(true)
  expect(['vm', 'vmware.started', 'user.joined', 'plugins.x'].some(isReservedType)).toBe(false)
})
