import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { writeBackup } from '../../apps/server/src/store/backup.ts'
import { defaultNodeName } from '@plugboard/core'
import { openStore, type Store } from '../../apps/server/src/store/store.ts'
import { RANKING_POINTS, resolutionFor } from '../../apps/server/src/telemetry/metric-history.ts'
import type { SampleRow } from '../../apps/server/src/store/tables/samples.ts'
import type { Row } from '../row.ts'

/** Rows of each plugin, by their period in seconds: 5,000 in all, with 30 days of hours and of days. */
const ROWS_PER_PLUGIN = { 60: 4_250, 3_600: 720, 86_400: 30 } as const
const HISTORY_ROWS = 5_000_000
const PLUGINS = 1_000
const LOG_ROWS = 200_000
const MINUTE_MS = 60_000
const MONTH_MS = 30 * 24 * 60 * MINUTE_MS
/** As many as the explorer draws while none is chosen, and as many points as a chart has. */
const EXPLORED = 5
const POINTS = 150
const LOOKS = 9

/** What the host's event loop notices while its store works at its hardest. */
export async function benchStore(): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'plugboard-bench-'))
  try {
    await (await openStore(folder)).close()
    fill(join(folder, 'plugboard.db'))
    await using store = await openStore(folder)
    const explorerMs = await explore(store)
    const ours = await delayDuring(async () => await workHard(store, folder))
    const peer = await delayDuring(async () => searchInPlace(join(folder, 'plugboard.db')))
    return [
      {
        bench: 'store: loop delay of the host, p99, during roll-up, search and backup of 5 M rows',
        ours: ours.p99Ms,
        peer: null,
        peerName: null,
        unit: 'ms',
        goal: { of: 'ours', is: 'at most', value: 20 },
      },
      {
        bench: 'store: the longest of these delays',
        ours: ours.maxMs,
        peer: peer.maxMs,
        peerName: 'one search in the host’s own thread',
        unit: 'ms',
        goal: null,
      },
      {
        bench: 'store: what the explorer asks for over 30 days of 1,000 plugins in 5 M rows, median',
        ours: explorerMs,
        peer: null,
        peerName: null,
        unit: 'ms',
        goal: { of: 'ours', is: 'at most', value: 300 },
      },
    ]
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** The ranking of all plugins and the lines of the first ones, as the page asks for them: all at once. */
async function explore(store: Store): Promise<number> {
  const to = Date.now()
  const from = to - MONTH_MS
  const node = defaultNodeName()
  const metric = 'cpuPercent'
  const took: number[] = []
  for (let look = 0; look < LOOKS; look += 1) {
    const begun = performance.now()
    const period = resolutionFor({ from, to, points: RANKING_POINTS }, to)
    const ofLines = resolutionFor({ from, to, points: POINTS }, to)
    const lines = Array.from({ length: EXPLORED }, (_, n) =>
      store.samples.range({
        subject: { node, kind: 'plugin', name: `plugin-${n}` },
        metric,
        period: ofLines,
        from,
        to,
      }),
    )
    const [ranking, ...series] = await Promise.all([
      store.samples.ranking({ node, kind: 'plugin', metric, period, from, to }),
      ...lines,
    ])
    took.push(performance.now() - begun)
    if (ranking.length !== PLUGINS || series.some((points) => points.length < POINTS)) {
      throw new Error(`${ranking.length} plugins were ranked, ${series[0]!.length} points were read`)
    }
  }
  return took.toSorted((a, b) => a - b)[Math.floor(LOOKS / 2)]!
}

async function workHard(store: Store, folder: string): Promise<void> {
  const now = Date.now()
  const minutes = Array.from({ length: PLUGINS }, (_, n) => minuteOf(n, now))
  const prune = async (): Promise<void> => {
    const horizons = await store.samples.horizons({ node: 'bench', now })
    const subjects = await store.samples.subjects()
    for (let at = 0; at < subjects.length; at += 50)
      await store.samples.prune({ subjects: subjects.slice(at, at + 50), horizons })
  }
  await Promise.all([
    store.samples.add(minutes),
    prune(),
    store.logs.search({ text: 'not to be found', limit: 100 }),
    store.samples.range({ subject: minutes[0]!.subject, metric: 'cpuPercent', period: 60, from: 0, to: now }),
    store.audit.verify(),
    writeBackup(folder, join(folder, 'backup')),
  ])
}

function minuteOf(n: number, now: number): SampleRow {
  const fold = [60, 1, 0, 2] as const
  const values = {
    eventsPerSecond: fold,
    errorsPerSecond: fold,
    memoryBytes: fold,
    cpuPercent: fold,
    p95Ms: fold,
    mailboxDepth: fold,
  }
  return {
    subject: { node: 'bench', kind: 'plugin', name: `plugin-${n}` },
    at: Math.floor(now / MINUTE_MS) * MINUTE_MS,

    values,
  }
}

function searchInPlace(file: string): void {
  const database = new DatabaseSync(file, { readOnly: true })
  database.prepare("select seq from logs where message like '%not to be found%'").all()
  database.close()
}

async function delayDuring(work: () => Promise<void> | void): Promise<{ p99Ms: number; maxMs: number }> {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  await sleep(100)
  await work()
  await sleep(100)
  delay.disable()
  return { p99Ms: delay.percentile(99) / 1e6, maxMs: delay.max / 1e6 }
}

/** The latest rows of one period, of all plugins. */
function samplesOf([period, count]: readonly [string, number]): string {
  const stepMs = Number(period) * 1_000
  const last = Math.floor(Date.now() / stepMs) * stepMs
  return `
    with recursive n(i) as (select 0 union all select i + 1 from n where i < ${count - 1})
      insert into samples (subject, period, at, eventsPerSecond_n, eventsPerSecond_mean, eventsPerSecond_min, eventsPerSecond_max, memoryBytes_mean, cpuPercent_n, cpuPercent_mean, cpuPercent_min, cpuPercent_max)
      select id, ${period}, ${last} - i * ${stepMs}, 60, i % 100, i % 90, i % 110, 2e7, 60, i % 7, i % 5, i % 9 from sample_subjects, n order by id, i desc;`
}

/** The rows of 1,000 plugins, as far back as it takes. */
function fill(file: string): void {
  const database = new DatabaseSync(file)
  const now = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS
  database.exec(`
    pragma synchronous = off;
    with recursive n(i) as (select 0 union all select i + 1 from n where i < ${PLUGINS - 1})
      insert into sample_subjects (id, node, kind, name) select i + 1, (select name from own_node), 'plugin', 'plugin-' || i from n;
    ${Object.entries(ROWS_PER_PLUGIN).map(samplesOf).join('')}
    with recursive n(i) as (select 1 union all select i + 1 from n where i < ${LOG_ROWS})
      insert into logs (seq, at, plugin_id, level, origin, message) select i, ${now}, 'plugin-' || (i % ${PLUGINS}), 1, 'plugin', 'an entry of some length, number ' || i from n;
  `)
  const { n } = database.prepare('select count(*) as n from samples').get() as { n: number }
  database.close()
  if (n !== HISTORY_ROWS) throw new Error(`the store holds ${n} rows`)
}
