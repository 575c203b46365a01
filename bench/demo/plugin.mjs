// One plugin of the demo. What it is like stands in its config.
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

export default (context) => {
  const { logger, eventBus } = context
  let config = context.config
  let handled = 0
  return {
    initialize(given) {
      config = given.config
    },
    updateConfig(next) {
      config = next
    },
    async handleEvent({ data, type }) {
      const { busyMs = 0, waitMs = 0, says = '', needs = '', passesOn = '' } = config
      handled += 1
      const end = performance.now() + busyMs
      while (performance.now() < end);
      if (waitMs > 0) await sleep(waitMs)
      if (needs !== '' && data[needs] === undefined) {
        throw new TypeError(`order ${data.order} has no ${needs}`)
      }
      if (passesOn !== '') await eventBus.publish({ type: passesOn, data })
      if (says !== '' && handled % 5 === 0) logger.info(`${says} ${handled}`, { topic: type, took: busyMs + waitMs })
    },
    status: () => ({ handled }),
  }
}
