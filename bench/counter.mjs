let count = 0

/** Counts events: as little as a handler can do. */
export default {
  handleEvent() {
    count += 1
  },
  status: () => count,
}
