import { PluginManager } from '@plugboard/core'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Row } from '../row.ts'

/** What is wrong with a version, as the plugin of the tests has it, and within which time it has to be gone; null: no goal. */
const WORSE: readonly [worse: string, withinSeconds: number | null][] = [
  ['fails on 20 %', 5],
  ['is 10 × slower', null],
  ['drops', null],
  ['leaks', null],
  ['hangs', null],
  // After 30 s.
  ['crashes later', null],
]
const EVENTS_PER_SECOND = 100
const BEFORE_MS = 20_000
const GIVE_UP_MS = 90_000
const SOURCE = new URL('../../packages/core/test/plugins/worse.ts', import.meta.url)

/** How long it takes from an update to a version that is worse until the former one runs again. */
export async function benchWayBack(): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'plugboard-bench-'))
  try {
    const times = await Promise.all(WORSE.map(([worse]) => secondsUntilBack(folder, worse)))
    return WORSE.map(([worse, goal], index) => ({
      bench: `a version that ${worse} is gone again after`,
      ours: times[index]!,
      peer: null,
      peerName: null,
      unit: 's',
      goal: goal === null ? null : { of: 'ours', is: 'at most', value: goal },
    }))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function secondsUntilBack(folder: string, worse: string): Promise<number> {
  const name = worse.replaceAll(/\W/g, '')
  const manager = new PluginManager('bench', {
    dataDir: join(folder, name),
    errorLimit: 1_000_000,
    mailboxCapacity: worse === 'drops' ? 100 : 1_000_000,
  })
  const timer = setInterval(() => manager.context.eventBus.publish({ type: 'x' }), 1_000 / EVENTS_PER_SECOND)
  try {
    await manager.loadPlugin(await writeVersion(join(folder, name), '1.0.0', null))
    await sleep(BEFORE_MS)
    await manager.updatePlugin('one', { path: await writeVersion(join(folder, name), '1.1.0', worse) })
    const begin = performance.now()
    while (manager.getPlugin('one')!.update!.phase !== 'rolled-back') {
      if (performance.now() - begin > GIVE_UP_MS) return Infinity
      await sleep(5)
    }
    return (performance.now() - begin) / 1_000
  } finally {
    clearInterval(timer)
    await manager.close()
  }
}

async function writeVersion(folder: string, version: string, worse: string | null): Promise<string> {
  const path = join(folder, version)
  await mkdir(path, { recursive: true })
  const code = await readFile(SOURCE, 'utf8')
  const own = `const WORSE: Worse = ${JSON.stringify(worse)} as Worse`
  await writeFile(join(path, 'index.ts'), code.replace('const WORSE: Worse = null', own))
  await writeFile(join(path, 'plugin.json'), JSON.stringify({ id: 'one', version, entryPoint: 'index.ts' }))
  return path
}
