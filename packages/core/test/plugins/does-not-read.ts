import { definePlugin } from '@plugboard/plugin-sdk'

const SPIN_MS = 60_000

/** At its first event it asks for the key `big` so many times as the event says, and reads none of the answers. */
export default definePlugin(({ sharedData }) => ({
  handleEvent({ data }) {
    for (let n = 0; n < Number(data); n += 1) void sharedData.get('big')
    const end = performance.now() + SPIN_MS
    while (performance.now() < end);
  },
}))
