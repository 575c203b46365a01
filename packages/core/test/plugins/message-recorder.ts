import { definePlugin, type JsonValue } from '@plugboard/plugin-sdk'

export type MessageRecorderConfig = {
  /** The listener throws at a message of this type. */
  readonly failOn?: string
}

/** Its status lists the messages that it received. */
export default definePlugin<MessageRecorderConfig>(({ config, messages }) => {
  const received: JsonValue[] = []
  return {
    start() {
      messages.onMessage((message) => {
        if (message.type === config.failOn) throw new Error('no')
        received.push({ ...message })
      })
    },
    status: () => received,
  }
})
