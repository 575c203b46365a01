import { definePlugin } from '@plugboard/plugin-sdk'

/** Prints as many lines as the event's data says, and last ones, and exits in the same moment. */
export default definePlugin({
  handleEvent({ data }) {
    for (let n = 0; n < Number(data); n += 1) process.stderr.write(`${'x'.repeat(100)}\n`)
    process.stderr.write('last words\n')
    process.exit(9)
  },
})
