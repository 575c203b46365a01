import { definePlugin } from '@plugboard/plugin-sdk'

/** Its status is the length of the last event's text. */
export default definePlugin(() => {
  let length = 0
  return {
    handleEvent({ data }) {
      if (typeof data === 'string') length = data.length
    },
    status: () => length,
  }
})
