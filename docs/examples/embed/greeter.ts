import { definePlugin, type PluginContext } from '@plugboard/plugin-sdk'

export default definePlugin(() => {
  let context: PluginContext
  let greeted = 0
  return {
    initialize(given) {
      context = given
    },
    handleEvent(event) {
      if (event.type !== 'custom' || event.eventType !== 'user.joined') return
      greeted += 1
      context.logger.info(`hello, ${(event.data as { name: string }).name}`)
    },
    status: () => ({ greeted }),
  }
})
