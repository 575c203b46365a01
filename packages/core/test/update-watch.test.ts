import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { PluginManager, VerdictMetric } from '../src/index.ts'
import type { Worse } from './plugins/worse.ts'
import { createManager, custom, isAlive, lawHolds, statsOf, until, writePlugin } from './support.ts'

async function writeVersion(version: string, worse: Worse = null): Promise<string> {
  const code = await readFile(new URL('plugins/worse.ts', import.meta.url), 'utf8')
  return writePlugin('one', {
    version,
    code: code.replace('const WORSE: Worse = null', `const WORSE: Worse = ${JSON.stringify(worse)} as Worse`),
  })
}

/** Publishes some events 20 times a second. @returns what stops it */
function publish(manager: PluginManager, perTurn: number): () => void {
  const timer = setInterval(() => {
    for (let n = 0; n < perTurn; n += 1) manager.context.eventBus.publish(custom('x'))
  }, 50)
  return () => clearInterval(timer)
}

const settled = (manager: PluginManager, phase: string) => () => manager.getPlugin('one')!.update?.phase === phase

/** What becomes of an update to a version that is worse, under 40 events a second. */
async function outcomeOf(worse: Worse): Promise<object> {
  // The error limit would be faster than the comparison.
  const manager = await createManager({ errorLimit: 1_000, mailboxCapacity: worse === 'drops' ? 100 : 1_000_000 })
  await manager.loadPlugin(await writeVersion('1.0.0'))
  const { pid } = manager.getPlugin('one')!
  const path = await writeVersion('1.1.0', worse)
  const stop = publish(manager, 2)
  await until(() => statsOf(manager, 'one').eventsProcessed >= 120)
  // Memory is compared with a version that is at least as old.
  if (worse === 'leaks') await sleep(20_000)
  await manager.updatePlugin('one', { path })
  for (let tries = 0; tries < 6 && !settled(manager, 'rolled-back')(); tries += 1)
    await until(settled(manager, 'rolled-back')).catch(() => {})
  stop()
  await until(() => statsOf(manager, 'one').mailboxDepth + statsOf(manager, 'one').inFlight === 0).catch(() => {})
  const plugin = manager.getPlugin('one')!
  return {
    worse,
    metric: plugin.update?.verdict?.metric,
    phase: plugin.update?.phase,
    version: plugin.metadata.version,
    isFormer: plugin.pid === pid,
    law: lawHolds(statsOf(manager, 'one')),
  }
}

const WORSE = [
  ['fails on 20 %', 'error-rate'],
  ['is 10 × slower', 'latency'],
  ['drops', 'dropped'],
  ['leaks', 'memory'],
  ['hangs', 'hang'],
  ['crashes later', 'crash'],
] satisfies [Worse, VerdictMetric][]

test('[UP7.a] each version that is worse goes back by itself, and the metric that decided is named', async () => {
  const outcomes = await Promise.all(WORSE.map(([worse]) => outcomeOf(worse)))
  const usual = { phase: 'rolled-back', version: '1.0.0', isFormer: true, law: true }
  expect(outcomes).toEqual(WORSE.map(([worse, metric]) => ({ worse, metric, ...usual })))
}, 120_000)

test('[UP7.c] while it is watched both versions are measured, and at the end of its time an equal one stays', async () => {
  const manager = await createManager()
  await manager.loadPlugin(await writeVersion('1.0.0'))
  const { pid } = manager.getPlugin('one')!
  const stop = publish(manager, 10)
  await until(() => statsOf(manager, 'one').eventsProcessed >= 100)
  await manager.updatePlugin('one', { path: await writeVersion('1.1.0'), watchMs: 4_000 })
  await until(() => (manager.getPlugin('one')!.update?.metrics?.after.handled ?? 0) > 20)
  const { metrics, until: endsAt, since } = manager.getPlugin('one')!.update!
  expect(endsAt! - since).toBeGreaterThan(3_900)
  expect(metrics).toMatchObject({ before: { failed: 0, dropped: 0 }, after: { failed: 0, dropped: 0 } })
  expect(metrics!.before.handled).toBeGreaterThanOrEqual(100)
  expect(metrics!.before.p95Ms).toBeGreaterThan(1)
  await until(settled(manager, 'settled'))
  stop()
  expect(manager.getPlugin('one')!.update).toMatchObject({
    verdict: { result: 'good', metric: 'events' },
    metrics: { after: { failed: 0 } },
  })
  await until(() => !isAlive(pid!))
})

test('[UP7.d] an update that nobody has given a time is watched until enough was seen: without events that is not after a second', async () => {
  const manager = await createManager()
  await manager.loadPlugin(await writeVersion('1.0.0'))
  const update = await manager.updatePlugin('one', { path: await writeVersion('1.1.0') })
  expect(update.until! - update.since).toBeGreaterThanOrEqual(599_000)
  await manager.settleUpdate('one', 'good')
})
