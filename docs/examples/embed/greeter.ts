import { definePlugin, isEvent } from '@plugboard/plugin-sdk'

declare module '@plugboard/plugin-sdk' {
  interface EventTypes {
    'user.joined': { readonly name: string }
  }
}

export default definePlugin(({ logger }) => {
  let greeted = 0
  return {
    handleEvent(event) {
      if (!isEvent(event, 'user.joined')) return
      greeted += 1
      logger.info(`hello, ${event.data.name}`)
    },
    status: () => ({ greeted }),
  }
})
