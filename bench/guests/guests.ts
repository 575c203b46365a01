import { PluginManager } from '@plugboard/core'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { median, sideBySide } from '../measure.ts'
import type { Row } from '../row.ts'

const STARTS = 9
const MANY = 100
const IDLE_MS = 10_000

/** What a guest costs: to start, in memory, and its host while it idles. */
export async function benchGuests(): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'plugboard-bench-'))
  try {
    return [await startTime(folder), ...(await idling(folder))]
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function startTime(folder: string): Promise<Row> {
  const manager = new PluginManager('bench', { dataDir: join(folder, 'starts') })
  const path = await writeIdle(folder, 'starter')
  const { ours, peer } = await sideBySide(
    async () => {
      const begin = performance.now()
      await manager.loadPlugin(path)
      const took = performance.now() - begin
      await manager.unloadPlugin('starter')
      return took
    },
    async () => {
      const begin = performance.now()
      await once(spawn(process.execPath, ['-e', ''], { stdio: 'ignore' }), 'exit')
      return performance.now() - begin
    },
    STARTS,
  )
  await manager.close()
  return {
    bench: 'load a process plugin to active',
    ours,
    peer,
    peerName: "node -e '', to its end",
    unit: 'ms',
    goal: { of: 'ratio', is: 'at most', value: 3 },
  }
}

async function idling(folder: string): Promise<Row[]> {
  const manager = new PluginManager('bench', { dataDir: join(folder, 'idle') })
  for (let n = 0; n < MANY; n += 1) await manager.loadPlugin(await writeIdle(folder, `idle-${n}`))
  await sleep(3_000)
  const pss = median(manager.getAllPlugins().map(({ pid }) => pssOf(pid!)))
  const before = process.cpuUsage()
  await sleep(IDLE_MS)
  const { user, system } = process.cpuUsage(before)
  await manager.close()
  const alone = { peer: null, peerName: null }
  return [
    {
      bench: `memory of an idle process plugin (PSS), one of ${MANY}`,
      ours: pss / 1_048_576,
      ...alone,
      unit: 'MB',
      goal: { of: 'ours', is: 'at most', value: 21 },
    },
    {
      bench: `${MANY} plugins idle, their host's processor time`,
      ours: (user + system) / (IDLE_MS * 10),
      ...alone,
      unit: '% of a core',
      goal: { of: 'ours', is: 'at most', value: 2 },
    },
  ]
}

async function writeIdle(folder: string, id: string): Promise<string> {
  const path = join(folder, `${id}.mjs`)
  await writeFile(path, 'export default {}')
  return path
}

/** A process's share of the memory it uses, in bytes: what it shares counts in proportion. */
function pssOf(pid: number): number {
  const [, kilobytes] = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1')) ?? []
  return Number(kilobytes) * 1_024
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
