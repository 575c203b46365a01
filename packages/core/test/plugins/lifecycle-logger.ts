import { definePlugin } from '@plugboard/plugin-sdk'

/** Counts its events, writes to shared data at its start, and logs the ends of its life. */
export default definePlugin(({ logger, sharedData }) => {
  let count = 0
  return {
    async start() {
      await sharedData.set('start', 1)
    },
    handleEvent() {
      count += 1
    },
    stop: () => logger.info('stop'),
    cleanup: () => logger.info('cleanup'),
    status: () => ({ count }),
  }
})
