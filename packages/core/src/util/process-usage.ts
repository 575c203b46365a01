import { closeSync, openSync, readSync } from 'node:fs'

export interface ProcessMemory {
  /** Resident memory without what is shared with other processes. */
  readonly memoryBytes: number
  /** Resident memory, shared pages included. */
  readonly rssBytes: number
}

export interface ProcessActivity {
  /** User and system time since the process began, in microseconds. */
  readonly cpuTimeUs: number
  /** The kernel's letter: R runs or waits for a processor, S sleeps, T is stopped. */
  readonly state: string
}

// Linux serves both on every machine that Node runs on.
const PAGE_BYTES = 4_096
const CLOCK_TICK_US = 10_000

/** Reads a process's memory; null where there is no /proc (macOS) or the process has ended. */
export function readMemory(pid: number): ProcessMemory | null {
  try {
    const [, resident = 0, shared = 0] = readProc(`/proc/${pid}/statm`).split(' ').map(Number)
    return { memoryBytes: (resident - shared) * PAGE_BYTES, rssBytes: resident * PAGE_BYTES }
  } catch {
    return null
  }
}

/** Reads a process's CPU time and state; null as above. */
export function readActivity(pid: number): ProcessActivity | null {
  try {
    const { state, userTicks, systemTicks } = readStat(pid)
    return { cpuTimeUs: (userTicks + systemTicks) * CLOCK_TICK_US, state }
  } catch {
    return null
  }
}

/**
 * When a process started, in clock ticks since boot. Pid and start time together identify one process. Null if the
 * process has ended.
 */
export function readStartTime(pid: number): number | null {
  try {
    return readStat(pid).startTicks
  } catch {
    return null
  }
}

function readStat(pid: number): { state: string; userTicks: number; systemTicks: number; startTicks: number } {
  const stat = readProc(`/proc/${pid}/stat`)
  // The command's name stands in parentheses and may hold anything; fields are counted behind it, from the third.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return {
    state: fields[0]!,
    userTicks: Number(fields[11]),
    systemTicks: Number(fields[12]),
    startTicks: Number(fields[19]),
  }
}

const scratch = Buffer.allocUnsafe(1_024)

/** These files are short and have no size: `readFileSync` would read each twice, into buffers of its own. */
function readProc(path: string): string {
  const fd = openSync(path, 'r')
  try {
    return scratch.toString('latin1', 0, readSync(fd, scratch, 0, scratch.length, 0))
  } finally {
    closeSync(fd)
  }
}
