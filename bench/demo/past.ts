import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { defaultNodeName } from '@plugboard/core'
import type { PluginMetric } from '@plugboard/protocol'
import { openStore } from '../../apps/server/src/store/store.ts'
import type { IncidentRow } from '../../apps/server/src/store/tables/incidents.ts'
import type { Fold, SampleRow, Subject } from '../../apps/server/src/store/tables/samples.ts'
import type { TimelineEntry } from '../../apps/server/src/store/tables/timeline.ts'
import { PLUGINS, TOPICS, type DemoPlugin } from './plugins.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
const MINUTES = 70
const MEGABYTE = 1_048_576
const NODE = defaultNodeName()

/** When things happened, in minutes ago. */
const RESIZER_BUSY = { from: 66, to: 50 }
const PAYMENTS_FAILED = { from: 31, to: 26 }
const LIMIT_LOWERED = 9

/** Writes the last hour into the store of a server that does not run, as if it had been recorded. */
export async function recordPast(dataDir: string): Promise<void> {
  const now = Date.now()
  age(dataDir, now)
  await using store = await openStore(dataDir, NODE)
  const minutes = Array.from({ length: MINUTES }, (_, index) => MINUTES - index)
  for (const ago of minutes) {
    const at = Math.floor((now - ago * MINUTE_MS) / MINUTE_MS) * MINUTE_MS
    await store.samples.add(minuteOf(at, ago))
  }
  await store.logs.add(minutes.flatMap((ago) => linesOf(now, ago)))
  const known = await store.incidents.list({ limit: 1 })
  const incident = failureOfPayments(now, (known[0]?.id ?? 0) + 1)
  await store.incidents.put([incident])
  await store.timeline.add(statesOf(now, incident))
}

/** What the first start of the server has written is of yesterday, but for the config that somebody changed since. */
function age(dataDir: string, now: number): void {
  using db = new DatabaseSync(join(dataDir, 'plugboard.db'))
  db.prepare('update config_revisions set at = ? where revision = 1').run(now - DAY_MS)
  db.prepare('update config_revisions set at = ? where revision > 1').run(now - LIMIT_LOWERED * MINUTE_MS)
  db.prepare(`delete from timeline where kind <> 'config' or json_extract(detail, '$.revision') = 1`).run()
  db.prepare('update timeline set at = ?').run(now - LIMIT_LOWERED * MINUTE_MS)
  db.exec('delete from samples; delete from logs')
}

/** Figures that wander a little, the same at each run. */
function wander(seed: string, ago: number): number {
  const start = Buffer.from(seed).reduce((sum, byte) => (sum * 31 + byte) % 9_973, 7)
  return 0.5 + 0.5 * Math.sin(start + ago / 3) * Math.cos(start / 7 + ago / 11)
}

const during = (ago: number, { from, to }: { readonly from: number; readonly to: number }): boolean =>
  ago <= from && ago >= to

function minuteOf(at: number, ago: number): SampleRow[] {
  const plugins = PLUGINS.map((plugin): SampleRow => {
    return { subject: subject('plugin', plugin.id), at, values: valuesOf(plugin, ago) }
  })
  const topics = Object.entries(TOPICS).map(([topic, rate]): SampleRow => {
    const perSecond = rate * (0.8 + 0.4 * wander(topic, ago))
    return { subject: subject('topic', topic), at, values: { eventsPerSecond: fold(perSecond) } }
  })
  const sum = (metric: PluginMetric): number =>
    plugins.reduce((total, { values }) => total + (values[metric]?.[1] ?? 0), 0)
  const failed = during(ago, PAYMENTS_FAILED)
  const manager = {
    eventsPerSecond: fold(sum('eventsPerSecond')),
    errorsPerSecond: fold(sum('errorsPerSecond')),
    errorRate60s: fold(failed ? 0.02 : 0, failed ? 2 : 1),
    memoryBytes: fold(sum('memoryBytes')),
  }
  return [...plugins, ...topics, { subject: subject('manager', ''), at, values: manager }]
}

function valuesOf({ id, topic, config }: DemoPlugin, ago: number): SampleRow['values'] {
  const rate = TOPICS[topic as keyof typeof TOPICS] ?? 0.2
  const events = rate * (0.8 + 0.4 * wander(topic, ago))
  const busy = Number(config.busyMs ?? 0)
  const isResizing = id === 'image-resizer' && during(ago, RESIZER_BUSY)
  const isFailing = id === 'payments' && during(ago, PAYMENTS_FAILED)
  // The search indexer has become slow only now.
  const cpu = isResizing ? 62 + 20 * wander(id, ago) : 0.2 + (id === 'search-indexer' ? 1 : busy / 10)
  const errors = isFailing ? events * 0.7 : 0
  return {
    eventsPerSecond: fold(events),
    errorsPerSecond: fold(errors, 3),
    errorRate60s: fold(isFailing ? 0.7 : 0, 1.3),
    memoryBytes: fold((9 + 6 * wander(id, ago / 4)) * MEGABYTE, 1.1),
    cpuPercent: fold(cpu, 1.3),
    p95Ms: fold(0.4 + busy + Number(config.waitMs ?? 0), 1.6),
    mailboxDepth: fold(0),
  }
}

function subject(kind: Subject['kind'], name: string): Subject {
  return { node: NODE, kind, name }
}

/** A minute of samples around a mean. @param peak the largest, as a multiple of it */
function fold(mean: number, peak = 1.2): Fold {
  return [60, mean, mean * (2 - peak), mean * peak]
}

function linesOf(now: number, ago: number) {
  const lines = PLUGINS.map(({ id, name, topic }, index) => ({
    node: NODE,
    id,
    at: now - ago * MINUTE_MS + index * 700,
    level: 'info' as const,
    origin: 'plugin' as const,
    message: `${name} handled ${(MINUTES - ago) * 60 + index}`,
    fields: { topic },
  }))
  const failures = [0, 9_000, 21_000, 38_000].map((offset, index) => ({
    node: NODE,
    id: 'payments',
    at: now - ago * MINUTE_MS + offset,
    level: 'error' as const,
    origin: 'plugin' as const,
    message: 'card was refused by the bank',
    fields: { code: index % 2 === 0 ? 'expired_card' : 'bank_timeout', order: 4_000 - ago * 7 + index },
  }))
  return during(ago, PAYMENTS_FAILED) ? [...lines, ...failures] : lines
}

function failureOfPayments(now: number, id: number): IncidentRow {
  const message = 'Stopped after 11 errors; the last one: card was refused by the bank'
  return {
    id,
    node: NODE,
    pluginId: 'payments',
    error: { code: 'ERROR_LIMIT', message, details: { errors: 11, last: 'card was refused by the bank' } },
    openedAt: now - 30 * MINUTE_MS,
    lastAt: now - 28 * MINUTE_MS,
    closedAt: now - PAYMENTS_FAILED.to * MINUTE_MS,
    occurrences: 3,
    rootId: null,
    affected: [],
    evidence: null,
  }
}

function statesOf(now: number, { id: incidentId, error, openedAt, closedAt }: IncidentRow): TimelineEntry[] {
  const active = (pluginId: string, at: number): TimelineEntry => ({
    at,
    node: NODE,
    pluginId,
    kind: 'state',
    severity: 'info',
    code: 'state',
    title: 'State changed to active.',
    actor: null,
    incidentId: null,
    detail: { state: 'active', error: null },
  })
  const started = PLUGINS.map(({ id }, index) => active(id, now - MINUTES * MINUTE_MS + index * 50))
  const failed: TimelineEntry = {
    ...active('payments', openedAt),
    severity: 'bad',
    code: 'failed',
    title: error.message,
    incidentId,
    detail: { state: 'error', error },
  }
  return [...started, failed, active('payments', closedAt ?? now)]
}
