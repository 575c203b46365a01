import { definePlugin, type JsonValue } from '@plugboard/plugin-sdk'

/** Counts events over all its versions; one that says so in its config crashes at the first. */
export default definePlugin(() => {
  let count = 0
  return {
    handleEvent({ data }) {
      if (data === 'crash') process.exit(9)
      count += 1
    },
    exportState: () => ({ count }),
    importState(state: JsonValue) {
      count = (state as { count: number }).count
    },
    status: () => ({ count }),
  }
})
