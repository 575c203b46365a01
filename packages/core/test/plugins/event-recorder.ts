import { definePlugin, type JsonValue } from '@plugboard/plugin-sdk'

/** Its status lists the events that it handled, with all their fields. */
export default definePlugin(() => {
  const seen: JsonValue[] = []
  return {
    handleEvent(event) {
      seen.push({ ...event, origin: { ...event.origin } })
    },
    status: () => seen,
  }
})
