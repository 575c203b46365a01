import { definePlugin } from '@plugboard/plugin-sdk'

export type DiesConfig = { readonly errors: number }

/** Logs and throws at each event; after so many errors it exits instead. */
export default definePlugin<DiesConfig>(({ config, logger }) => {
  let count = 0
  return {
    handleEvent() {
      count += 1
      if (count > config.errors) process.exit(7)
      logger.info(String(count))
      throw new Error('no')
    },
  }
})
