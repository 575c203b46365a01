import { definePlugin } from '@plugboard/plugin-sdk'

const all = Array.from({ length: 600_000 }, (_, n) => ({ n, text: `t${n}` }))

/** Holds many small objects, so that a heap snapshot of it is large. */
export default definePlugin({ status: () => all.length })
