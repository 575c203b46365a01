import { expect, onTestFinished, test } from 'vitest'
import { ByteBudget } from '../src/accounting/byte-budget.ts'
import { PluginEvents } from '../src/accounting/plugin-events.ts'
import { readRelease } from '../src/catalog/release.ts'
import { Redactor } from '../src/config/redactor.ts'
import { AcceptedEvent } from '../src/events/accepted-event.ts'
import { RateLimit } from '../src/util/rate-limit.ts'
import { Instance, type InstanceHost, type InstanceListener } from '../src/instance/instance.ts'
import { GuestLedger } from '../src/runner/guest-ledger.ts'
import { prepareRunner } from '../src/runner/prepare-runner.ts'
import type { RunnerCallbacks } from '../src/runner/runner.ts'
import { StateFile } from '../src/runner/state-file.ts'
import { CrashReporter } from '../src/supervision/crash-reporter.ts'
import { isAlive, tempFolder, until, writePlugin } from './support.ts'

const DEADLINES = {
  initializeMs: 10_000,
  startMs: 10_000,
  handleEventMs: 10_000,
  stopMs: 10_000,
  cleanupMs: 10_000,
  updateConfigMs: 10_000,
}
const EVENTS = 2_000

const event = (data: number): AcceptedEvent =>
  new AcceptedEvent(
    { type: 'order.placed', source: 'test', data, bytes: 8 },
    { origin: { node: 'here' }, hops: 0, broadcast: null, cause: 0 },
    { id: String(data), at: 0, endsBlock: false },
  )

test('[LC2.a] [LC1.c] two instances of one plugin run side by side; the queue switches from one to the other and loses nothing', async () => {
  const dataDir = await tempFolder()
  const fail = (thrown: unknown): never => {
    throw thrown
  }
  const stateFile = new StateFile(`${dataDir}/twins`)
  onTestFinished(() => stateFile.close())
  const ledger = new GuestLedger(dataDir, fail)
  /** Of each instance, in the order of their starts: what its guest calls. */
  const callbacksOf: RunnerCallbacks[] = []
  const logged: string[] = []
  const host: InstanceHost = {
    node: 'here',
    vmInstanceId: 'vm-test',
    errorLimit: 10,
    quietMs: Infinity,
    prepareRunner: async (spec) => {
      const makeRunner = await prepareRunner(spec, ledger)
      return (callbacks) => {
        callbacksOf.push(callbacks)
        return makeRunner(callbacks)
      }
    },
    reporter: new CrashReporter(dataDir, fail),
    publish: () => fail(new Error('neither of them publishes')),
    answer: () => fail(new Error('neither of them asks')),
  }
  const events = new PluginEvents({
    pluginId: 'twins',
    mailboxCapacity: EVENTS,
    mailboxBytes: Infinity,
    deadLetterBytes: Infinity,
    budgets: { mailboxes: new ByteBudget(Infinity, () => []), deadLetters: new ByteBudget(Infinity, () => []) },
    overflow: 'drop-oldest',
    deadLetterCapacity: 10,
    quietMs: Infinity,
    letters: [],
    traces: { followReplay: () => null },
    onBuried: (letter) => fail(new Error(`buried: ${letter.reason}`)),
    onReduced: () => {},
    onTaken: () => {},
  })
  const listener: InstanceListener = {
    onReceipt: (instance, receipt) => expect(events.settle(instance, receipt)).toBe(true),
    onTraced: () => fail(new Error('nothing is followed')),
    onTopics: () => {},
    onLogsDropped: () => {},
    onGivenUp: () => {},
    onRefused: (_instance, count) => fail(new Error(`refused: ${count}`)),
    onLog: (_instance, { message }) => void logged.push(message),
    onSilence: () => {},
    onCrash: (_instance, _progress, error) => fail(error),
  }
  const start = async (version: string): Promise<Instance> => {
    const path = await writePlugin('twins', { version, plugin: 'recorder' })
    const instance = new Instance(
      {
        id: `twins#${version}`,
        pluginId: 'twins',
        release: await readRelease(path, []),
        isolation: 'process',
        dataPath: `${dataDir}/twins`,
        env: {},
        stateFile,
        deadlines: DEADLINES,
        counters: events.begin(null),
        redactor: new Redactor(),
        requestLimit: () => new RateLimit(1_000, performance.now()),
        eventIdPrefix: version,
      },
      host,
      listener,
    )
    onTestFinished(() => instance.kill())
    await instance.prepare({}, new AbortController().signal)
    await instance.begin(new AbortController().signal)
    return instance
  }

  const older = await start('1.0.0')
  const newer = await start('2.0.0')
  expect([older, newer].map(({ state }) => state.name)).toEqual(['active', 'active'])
  expect([older, newer].map(({ release }) => release.metadata.version)).toEqual(['1.0.0', '2.0.0'])
  expect(older.pid).not.toBe(newer.pid)

  events.mailbox.open(older.window)
  for (let n = 0; n < EVENTS / 2; n += 1) events.mailbox.accept(event(n))
  await until(() => older.counters.eventsProcessed > 0)
  events.mailbox.open(newer.window)
  for (let n = EVENTS / 2; n < EVENTS; n += 1) events.mailbox.accept(event(n))
  await until(() => events.mailbox.counts.processed === EVENTS)

  const [seenByOlder, seenByNewer] = (await Promise.all([older.status(), newer.status()])) as [number[], number[]]
  expect(seenByOlder.length).toBeGreaterThan(0)
  expect(seenByNewer.length).toBeGreaterThanOrEqual(EVENTS / 2)
  expect([...seenByOlder, ...seenByNewer]).toEqual(Array.from({ length: EVENTS }, (_, n) => n))
  expect(older.counters.eventsProcessed).toBe(seenByOlder.length)
  expect(newer.counters.eventsProcessed).toBe(seenByNewer.length)

  const { pid } = older
  expect(await older.stop()).toBe('answered')
  await older.kill()
  expect(isAlive(pid!)).toBe(false)
  expect(older.state.name).toBe('ended')
  expect(newer.state).toEqual({ name: 'active', isSilent: false })
  expect(await newer.status()).toHaveLength(seenByNewer.length)
  for (const callbacks of callbacksOf) callbacks.onMessage({ kind: 'log', level: 'info', message: 'hello', fields: {} })
  // Only the one that lives: a message that comes after the end is ignored [LC1.c].
  expect(logged).toEqual(['hello'])
  expect(events.mailbox.counts).toMatchObject({ accepted: EVENTS, dropped: 0, discarded: 0, inDoubt: 0, inFlight: 0 })
})
