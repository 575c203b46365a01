import { definePlugin, type JsonValue } from '@plugboard/plugin-sdk'

export type BreakableConfig = { readonly broken: boolean }

/** Throws at each event while its config says `broken`; its status lists the data of the events that it did handle. */
export default definePlugin<BreakableConfig>((context) => {
  const seen: JsonValue[] = []
  return {
    handleEvent({ data }) {
      if (context.config.broken) throw new Error('broken')
      seen.push(data)
    },
    updateConfig() {},
    status: () => seen,
  }
})
