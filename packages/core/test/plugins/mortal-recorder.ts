import { definePlugin, type JsonValue } from '@plugboard/plugin-sdk'

/** Its status lists the data of the events that it handled; the data `die` ends its process. */
export default definePlugin(() => {
  const seen: JsonValue[] = []
  return {
    handleEvent({ data }) {
      if (data === 'die') process.exit(1)
      seen.push(data)
    },
    status: () => seen,
  }
})
