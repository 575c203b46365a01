import { setImmediate as turn } from 'node:timers/promises'
import { definePlugin } from '@plugboard/plugin-sdk'

export type ListenerConfig = {
  /** Whether it has listeners beside its handler; the default is true. */
  readonly subscribes?: boolean
  /** How many topics more it subscribes to before it is active, one after the other: `n.0`, `n.1` … */
  readonly more?: number
  /** A topic that it publishes to before it is active. */
  readonly publishes?: string
}

/** Handles events and has two listeners, of which one throws; its status is the order of their calls. */
export default definePlugin<ListenerConfig>(({ config, eventBus }) => {
  const order: string[] = []
  return {
    async start() {
      for (let n = 0; n < (config.more ?? 0); n += 1) {
        eventBus.subscribe(`n.${n}`, () => void order.push(`n.${n}`))
        await turn()
      }
      if (config.publishes !== undefined) await eventBus.publish({ type: config.publishes })
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
