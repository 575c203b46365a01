import { definePlugin, type JsonValue, type PluginContext, type PluginEvent } from '@plugboard/plugin-sdk'

const EVENT: PluginEvent = { id: '1', type: 'x', at: 1, source: 'one', origin: { node: 'here' }, data: null }

function nested(levels: number): JsonValue {
  let value: JsonValue = 1
  for (let level = 0; level < levels; level += 1) value = [value]
  return value
}

function circle(): JsonValue {
  const one: { self?: JsonValue } = {}
  one.self = one as JsonValue
  return one
}

/** A call with a wrong argument, as a plugin without types makes it. */
export const SLIPS = {
  'a level that is none': ({ logger }) => logger.log('warning' as never, 'x'),
  'several patterns': ({ eventBus }) => eventBus.subscribe(['a', 'b'] as never, () => {}),
  'no listener': ({ eventBus }) => eventBus.subscribe('a', undefined as never),
  'no event': ({ eventBus }) => eventBus.publish(null as never),
  'a key that is none': ({ sharedData }) => sharedData.get(5 as never),
  'a value without a key': ({ sharedData }) => sharedData.set(undefined as never, 1),
  'a listener that is none': ({ sharedData }) => sharedData.onDidChange('x' as never),
  'a receiver that is none': ({ messages }) => messages.send({ id: 'x' } as never, 'type', null),
  'a message without a type': ({ messages }) => messages.broadcast(undefined as never, null),
  'a message listener that is none': ({ messages }) => messages.onMessage(7 as never),
  'a dead letter without a time': ({ deadLetters }) => deadLetters.add({ ...EVENT, at: NaN }, new Error('x')),
  'a dead letter without an origin': ({ deadLetters }) =>
    deadLetters.add({ ...EVENT, origin: undefined as never }, new Error('x')),
  'a dead letter without an end': ({ deadLetters }) =>
    deadLetters.add({ ...EVENT, data: nested(8_000) }, new Error('x')),
  'a value that is none': ({ sharedData }) => sharedData.set('key', undefined as never),
  'a value that is no number': ({ sharedData }) => sharedData.compareAndSet('key', 0, NaN),
  'a value that is a function': ({ sharedData }) => sharedData.set('key', (() => 1) as never),
  'a message that JSON cannot hold': ({ messages }) => messages.send('two', 'type', 1n as never),
  'a message that holds itself': ({ messages }) => messages.send('two', 'type', circle()),
  'an event that holds itself': ({ eventBus }) => eventBus.publish({ type: 'a', data: circle() }),
  'an event that is a function': ({ eventBus }) => eventBus.publish({ type: 'a', data: (() => 1) as never }),
} satisfies Record<string, (context: PluginContext) => unknown>

export type Slip = keyof typeof SLIPS

/** Makes the slip that the data of an event names. */
export default definePlugin((context) => ({
  async handleEvent({ data }) {
    await SLIPS[data as Slip](context)
  },
}))
