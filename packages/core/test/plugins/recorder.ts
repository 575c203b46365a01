import { definePlugin, type JsonValue } from '@plugboard/plugin-sdk'

/** Its status lists the data of the events that it handled. */
export default definePlugin(() => {
  const seen: JsonValue[] = []
  return {
    handleEvent({ data }) {
      seen.push(data)
    },
    status: () => seen,
  }
})
