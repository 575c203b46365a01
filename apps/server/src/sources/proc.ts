import { readFileSync } from 'node:fs'
import { freemem, totalmem } from 'node:os'

/** Counters of the whole machine, in bytes since it began; null where this platform does not tell. */
export interface IoCounters {
  readonly received: number
  readonly transmitted: number
  readonly read: number
  readonly written: number
}

const SECTOR_BYTES = 512

/** Reads /proc/net/dev (loopback left out) and /proc/diskstats (whole disks only). */
export function readIo(disks: ReadonlySet<string>): IoCounters | null {
  try {
    return {
      ...parseNetDev(readFileSync('/proc/net/dev', 'latin1')),
      ...parseDiskStats(readFileSync('/proc/diskstats', 'latin1'), disks),
    }
  } catch {
    return null
  }
}

export function parseNetDev(text: string): { received: number; transmitted: number } {
  let [received, transmitted] = [0, 0]
  for (const line of text.split('\n').slice(2)) {
    const [name, figures] = line.split(':')
    if (!figures || name!.trim() === 'lo') continue
    const fields = figures.trim().split(/\s+/).map(Number)
    received += fields[0] ?? 0
    transmitted += fields[8] ?? 0
  }
  return { received, transmitted }
}

export function parseDiskStats(text: string, disks: ReadonlySet<string>): { read: number; written: number } {
  let [read, written] = [0, 0]
  for (const line of text.split('\n')) {
    const fields = line.trim().split(/\s+/)
    if (!disks.has(fields[2] ?? '')) continue
    read += Number(fields[5]) * SECTOR_BYTES
    written += Number(fields[9]) * SECTOR_BYTES
  }
  return { read, written }
}

/** Memory that is not available to new programs, in bytes. */
export function readMemoryUsage(): number {
  try {
    const available = /^MemAvailable:\s+(\d+) kB/m.exec(readFileSync('/proc/meminfo', 'latin1'))
    if (available) return totalmem() - Number(available[1]) * 1_024
  } catch {
    // No /proc: what is free is all we know.
  }
  return totalmem() - freemem()
}
