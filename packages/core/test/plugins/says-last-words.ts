import { definePlugin } from '@plugboard/plugin-sdk'

/** Prints many lines at its first event; at its second it prints a last one and exits a moment later. */
export default definePlugin(() => {
  let events = 0
  return {
    handleEvent() {
      events += 1
      if (events === 1) for (let n = 0; n < 20_000; n += 1) console.log(`line ${n}`)
      else {
        console.error('last words')
        setTimeout(() => process.exit(9), 50)
      }
    },
  }
})
