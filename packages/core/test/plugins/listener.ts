import { definePlugin } from '@plugboard/plugin-sdk'

export type ListenerConfig = {
  /** Whether it has listeners beside its handler; the default is true. */
  readonly subscribes?: boolean
}

/** Handles events and has two listeners, of which one throws; its status is the order of their calls. */
export default definePlugin<ListenerConfig>(({ config, eventBus }) => {
  const order: string[] = []
  return {
    start() {
      if (config.subscribes === false) return
      eventBus.subscribe('a.*', () => void order.push('star'))
      eventBus.subscribe('a.b', () => {
        order.push('exact')
        throw new Error('in a listener')
      })
    },
    handleEvent() {
      order.push('handle')
    },
    status: () => order,
  }
})
