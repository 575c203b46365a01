let count = 0

/** Counts events, as the benches' plugin does. */
export default function handle() {
  count += 1
  return count
}
