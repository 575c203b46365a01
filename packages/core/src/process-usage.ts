import { readFileSync } from 'node:fs'

export interface ProcessUsage {
  /** Resident memory without what is shared with other processes. */
  readonly memoryBytes: number
  /** User and system time since the process began, in microseconds. */
  readonly cpuTimeUs: number
  /** Resident memory, shared pages included. */
  readonly rssBytes: number
  /** The kernel's letter: R runs or waits for a processor, S sleeps, T is stopped. */
  readonly state: string
}

// Linux serves both on every machine that Node runs on.
const PAGE_BYTES = 4_096
const CLOCK_TICK_US = 10_000

/** Reads a process's memory and CPU time from /proc; null where there is none (macOS) or the process has gone. */
export function readProcessUsage(pid: number): ProcessUsage | null {
  try {
    const [, resident = 0, shared = 0] = readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ').map(Number)
    const { state, userTicks, systemTicks } = readStat(pid)
    return {
      memoryBytes: (resident - shared) * PAGE_BYTES,
      cpuTimeUs: (userTicks + systemTicks) * CLOCK_TICK_US,
      rssBytes: resident * PAGE_BYTES,
      state,
    }
  } catch {
    return null
  }
}

/** When a process began, in clock ticks since boot: with the pid it names one process for good. Null when it has gone. */
export function readStartTime(pid: number): number | null {
  try {
    return readStat(pid).startTicks
  } catch {
    return null
  }
}

function readStat(pid: number): { state: string; userTicks: number; systemTicks: number; startTicks: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  // The command's name stands in parentheses and may hold anything; fields are counted behind it, from the third.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return {
    state: fields[0]!,
    userTicks: Number(fields[11]),
    systemTicks: Number(fields[12]),
    startTicks: Number(fields[19]),
  }
}
