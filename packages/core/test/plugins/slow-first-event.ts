import { once } from 'node:events'
import { definePlugin, type JsonValue } from '@plugboard/plugin-sdk'

/** Its first event is handled only when a message arrives; its status lists the data of the events that it handled. */
export default definePlugin(({ messages }) => {
  const seen: JsonValue[] = []
  const released = new EventTarget()
  const release = once(released, 'release')
  messages.onMessage(() => void released.dispatchEvent(new Event('release')))
  return {
    async handleEvent({ data }) {
      seen.push(data)
      await release
    },
    status: () => seen,
  }
})
