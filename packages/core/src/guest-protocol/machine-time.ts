// Taken before a plugin is imported: it may replace the globals.
const { hrtime } = process

/** Milliseconds since some moment, the same in all processes of this machine. Never goes back or jumps. */
export function machineTime(): number {
  const [seconds, nanoseconds] = hrtime()
  return seconds * 1_000 + nanoseconds / 1_000_000
}
