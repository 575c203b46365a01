import { describe, expect, test } from 'vitest'
import { ByteBudget } from '../accounting/byte-budget.ts'
import { InstanceCounters } from '../accounting/instance-counters.ts'
import { Mailbox } from '../accounting/mailbox.ts'
import { AcceptedEvent } from '../events/accepted-event.ts'
import { LatencyHistogram } from '../guest-protocol/latency-histogram.ts'
import { randomOf } from '../../test/random.ts'
import type { Verdict } from '../plugin/update.ts'
import { metricsOf, UpdateJudge } from './update-judge.ts'

const LOOK_MS = 500
const MIB = 1_048_576

/** How a version behaves. */
interface Behaviour {
  readonly perSecond: number
  readonly errorRate: number
  /** Median of its handler's latency, log-normal. */
  readonly latencyMs: number
  readonly dropRate: number
  readonly memory: (atMs: number) => number
}

const USUAL: Behaviour = {
  perSecond: 100,
  errorRate: 0.01,
  latencyMs: 2,
  dropRate: 0.001,
  memory: () => 40 * MIB,
}

/** A version under the clock of the test: real counters and a real mailbox, and events that are made up. */
class Version {
  readonly counters = new InstanceCounters(60_000)
  readonly #mailbox: Mailbox
  readonly #behaviour: Behaviour
  readonly #random: () => number
  readonly #startedAt: number

  constructor(
    behaviour: Partial<Behaviour>,
    { mailbox, random, now }: { mailbox: Mailbox; random: () => number; now: number },
  ) {
    this.#behaviour = { ...USUAL, ...behaviour }
    this.#mailbox = mailbox
    this.#random = random
    this.#startedAt = now
  }

  /** What happens in half a second. */
  run(now: number, meanwhile: Partial<Behaviour> = {}): void {
    const { perSecond, errorRate, latencyMs, dropRate, memory } = { ...this.#behaviour, ...meanwhile }
    const count = Math.round((perSecond * LOOK_MS) / 1_000)
    const latency = new LatencyHistogram()
    let failed = 0
    for (let n = 0; n < count; n += 1) {
      if (this.#random() < errorRate) failed += 1
      latency.record(latencyMs * 1_000 * Math.exp(0.5 * normal(this.#random)))
      this.#mailbox.accept(EVENT)
      if (this.#random() < dropRate) this.#mailbox.shedOldest()
      else this.#mailbox.discard()
    }
    this.counters.count({ processed: count, failed }, now)
    this.counters.addLatency(latency.drain())
    const memoryBytes = memory(now - this.#startedAt) * (0.95 + 0.1 * this.#random())
    this.counters.use({ memoryBytes, rssBytes: 0, heap: null, cpuTimeUs: 0, activityAt: now, utilization: 0 } as never)
  }
}

const EVENT = new AcceptedEvent(
  { type: 'x', source: 'test', data: null, bytes: 4 },
  { origin: { node: 'n', plugin: 'p' }, hops: 0, broadcast: null, cause: 0 },
  { id: '1', at: 0, endsBlock: false },
)

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

interface Outcome {
  readonly verdict: Verdict
  readonly afterMs: number
}

/** Runs a version for a while, and then another one in its place, for a minute. */
function watch(
  after: Partial<Behaviour>,
  { before = {}, seed = 1, beforeMs = 120_000, during = () => ({}) }: WatchOptions = {},
): Outcome {
  const random = randomOf(seed)
  const mailbox = new Mailbox(
    'one',
    { capacity: 10, capacityBytes: MIB, overflow: 'drop-oldest' },
    new ByteBudget(MIB, () => []),
  )
  let now = 0
  const old = new Version(before, { mailbox, random, now })
  for (; now < beforeMs; now += LOOK_MS) old.run(now)
  const next = new Version(after, { mailbox, random, now })
  const { accepted, dropped } = mailbox.counts
  const { eventsProcessed: handled, errorCount: failed } = old.counters
  const metrics = { ...metricsOf(old.counters), forMs: beforeMs, handled, failed, accepted, dropped }
  const judge = new UpdateJudge({ before: metrics, counters: next.counters, mailbox, now })
  for (let elapsed = LOOK_MS; elapsed <= 60_000; elapsed += LOOK_MS) {
    next.run(now + elapsed, during(elapsed))
    const verdict = judge.look(now + elapsed)
    if (verdict) return { verdict, afterMs: elapsed }
  }
  return { verdict: judge.conclude(now + 60_000), afterMs: 60_000 }
}

interface WatchOptions {
  readonly before?: Partial<Behaviour>
  readonly seed?: number
  readonly beforeMs?: number
  /** How it behaves for a while, by its age. */
  readonly during?: (atMs: number) => Partial<Behaviour>
}

describe('[UP7.a] a version that is worse is found, and the metric that decided is named', () => {
  test.each([
    ['error-rate', { errorRate: 0.2 }, 5_000],
    ['error-rate', { errorRate: 1, perSecond: 2 }, 5_000],
    ['error-rate', { errorRate: 0.05, perSecond: 1_000 }, 10_000],
    ['latency', { latencyMs: 20 }, 7_000],
    ['dropped', { dropRate: 0.3 }, 7_000],
    ['memory', { memory: (atMs: number) => 40 * MIB + atMs * 4_000 }, 20_000],
  ] as const)('%s', (metric, behaviour, withinMs) => {
    for (let seed = 0; seed < 20; seed += 1) {
      const { verdict, afterMs } = watch(behaviour, { seed })
      expect(verdict).toMatchObject({ result: 'bad', metric })
      expect(afterMs).toBeLessThanOrEqual(withinMs)
    }
  })

  test('each says in one sentence what is worse than before', () => {
    expect(watch({ errorRate: 0.2 }).verdict.message).toMatch(/^\d+ % of \d+ events failed; before: .+ % of 12000\.$/)
    expect(watch({ latencyMs: 20 }).verdict.message).toMatch(
      /took longer than .+ ms\. The 95th percentile is .+ ms; before/,
    )
    expect(watch({ dropRate: 0.5 }).verdict.message).toMatch(/were dropped from its queue; before: .+ of 12000\.$/)
  })
})

describe('[UP7.b] an equal version stays', () => {
  test.each([
    ['usual', {}],
    ['with many errors', { errorRate: 0.2 }],
    ['without errors', { errorRate: 0, dropRate: 0 }],
    ['with memory that goes up and down', { memory: (atMs: number) => (30 + 20 * Math.sin(atMs / 3_000)) * MIB }],
  ])(
    '%s: of 1,000 runs with other seeds at most 1 in 100 goes back',
    (_name, behaviour) => {
      const outcomes = Array.from({ length: 1_000 }, (_, seed) => watch(behaviour, { before: behaviour, seed }))
      expect(outcomes.filter(({ verdict }) => verdict.result === 'bad').length).toBeLessThanOrEqual(10)
      expect(outcomes[0]!.verdict).toMatchObject({ result: 'good', metric: 'events' })
    },
    60_000,
  )

  test('also where the former one ran for two seconds only', () => {
    const outcomes = Array.from({ length: 1_000 }, (_, seed) =>
      watch({ perSecond: 20 }, { before: { perSecond: 20 }, seed, beforeMs: 2_000 }),
    )
    expect(outcomes.filter(({ verdict }) => verdict.result === 'bad').length).toBeLessThanOrEqual(10)
  }, 60_000)

  test('also through a burst of losses, and a stall of the machine of a second', () => {
    for (const stall of [{ dropRate: 0.9 }, { latencyMs: 50 }])
      for (const [from, perSecond] of [
        [3_500, 20],
        [3_500, 1_000],
        [10_000, 100],
      ] as const) {
        const during = (atMs: number): Partial<Behaviour> => (atMs >= from && atMs < from + 1_000 ? stall : {})
        const outcomes = Array.from({ length: 50 }, (_, seed) =>
          watch({ perSecond }, { before: { perSecond }, seed, during }),
        )
        expect(outcomes.filter(({ verdict }) => verdict.result === 'bad')).toEqual([])
      }
  })

  test('also while its memory warms up, where the former one was as young', () => {
    const warmsUp = { memory: (atMs: number) => (40 + 160 * (1 - Math.exp(-atMs / 12_000))) * MIB }
    for (const beforeMs of [1_000, 5_000, 10_000, 60_000]) {
      const outcomes = Array.from({ length: 50 }, (_, seed) => watch(warmsUp, { before: warmsUp, seed, beforeMs }))
      expect(outcomes.filter(({ verdict }) => verdict.result === 'bad').length).toBeLessThanOrEqual(1)
    }
  })

  test('also where the former one had no error in its first events by chance', () => {
    const failing = { perSecond: 10, errorRate: 0.2 }
    const outcomes = Array.from({ length: 300 }, (_, seed) => watch(failing, { before: failing, seed, beforeMs: 500 }))
    expect(outcomes.filter(({ verdict }) => verdict.result === 'bad').length).toBeLessThanOrEqual(3)
  })

  test('one that handles next to nothing stays, and that is said', () => {
    const { verdict } = watch({ perSecond: 2 }, { before: { perSecond: 2 } })
    expect(verdict).toMatchObject({ result: 'unsure', metric: 'time', message: expect.stringContaining('too few') })
  })
})
