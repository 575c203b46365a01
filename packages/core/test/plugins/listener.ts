import { definePlugin } from '@plugboard/plugin-sdk'

/** Handles events, has two listeners, of which one throws, and publishes an event of its own; its status is the order. */
export default definePlugin(({ eventBus }) => {
  const order: string[] = []
  return {
    start() {
      eventBus.subscribe('a.*', () => void order.push('star'))
      eventBus.subscribe('a.b', () => {
        order.push('exact')
        throw new Error('in a listener')
      })
      void eventBus.publish({ type: 'a.b' })
    },
    handleEvent() {
      order.push('handle')
    },
    status: () => order,
  }
})
