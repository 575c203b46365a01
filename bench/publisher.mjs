const AT_ONCE = 1_000

/** Publishes as many events as it is told to; up to a thousand at a time wait for the host. */
export default (context) => ({
  async handleEvent({ data: { count, event } }) {
    for (let left = count; left > 0; left -= AT_ONCE) {
      const some = Array.from({ length: Math.min(left, AT_ONCE) }, () => context.eventBus.publish(event))
      await Promise.all(some)
    }
  },
})
