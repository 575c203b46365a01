import { definePlugin, type PluginContext } from '@plugboard/plugin-sdk'

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
} satisfies Record<string, (context: PluginContext) => unknown>

export type Slip = keyof typeof SLIPS

/** Makes the slip that the data of an event names. */
export default definePlugin((context) => ({
  async handleEvent({ data }) {
    await SLIPS[data as Slip](context)
  },
}))
