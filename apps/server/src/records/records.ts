import { clock } from '@plugboard/core'
import type { PluginFact, PluginManager } from '@plugboard/core'
import { MAX_LOG_ENTRIES, type Series } from '@plugboard/protocol'
import type { Logger } from 'pino'
import { DeadLetterStore } from '../dead-letters/dead-letter-store.ts'
import { Incidents } from '../incidents/incidents.ts'
import { Silences } from '../incidents/silences.ts'
import { Timeline } from '../incidents/timeline.ts'
import { LogStore } from '../logs/log-store.ts'
import type { SecretBox } from '../store/secret-box.ts'
import type { Store } from '../store/store.ts'
import type { Subject } from '../store/tables/samples.ts'
import { RecentPast } from '../telemetry/recent-past.ts'
import { MetricHistory } from '../telemetry/metric-history.ts'
import type { Sample, Sampler } from '../telemetry/sampler.ts'

interface RecordsOptions {
  readonly store: Store
  readonly manager: PluginManager
  readonly sampler: Sampler
  readonly box: SecretBox
  readonly log: Logger
}

const LIVE_MS = 15 * 60_000
const MINUTE_MS = 60_000

/** Everything that is written down of what happens: figures, states, incidents, logs, dead letters. */
export class Records {
  readonly letters: DeadLetterStore
  readonly timeline: Timeline
  readonly incidents: Incidents
  readonly silences: Silences
  readonly logs: LogStore
  readonly metrics: MetricHistory
  readonly states: RecentPast

  private constructor(
    parts: Pick<Records, 'letters' | 'timeline' | 'incidents' | 'silences' | 'logs' | 'metrics' | 'states'>,
  ) {
    this.letters = parts.letters
    this.timeline = parts.timeline
    this.incidents = parts.incidents
    this.silences = parts.silences
    this.logs = parts.logs
    this.metrics = parts.metrics
    this.states = parts.states
  }

  /** @throws StoreError */
  static async open({ store, manager, sampler, box, log }: RecordsOptions): Promise<Records> {
    const { node } = manager.context
    const timeline = new Timeline(store, { node, log })
    const states = new RecentPast()
    await timeline.noteStart()
    await recall({ node, store, sampler, states, timeline })
    return new Records({
      timeline,
      states,
      letters: new DeadLetterStore({ store, log, box, redact: (ids, value) => manager.redact(ids, value) }),
      incidents: await Incidents.open({ store, manager, log }),
      silences: await Silences.open({ store, timeline, log }),
      logs: await LogStore.open({
        store,
        log,
        onFallBack: ({ pluginId, level }) =>
          timeline.add({
            kind: 'operation',
            code: 'log-level-fell-back',
            pluginId,
            title: `The log level returned to ${level}.`,
            detail: { level },
          }),
      }),
      metrics: new MetricHistory({
        node,
        store,
        log,
        live: {
          series: (subject) => liveSeries(sampler, subject),
          total: (kind, metric) => sampler.totalOf(kind, metric),
          largest: (kind, count) => sampler.largest(kind, count),
        },
      }),
    })
  }

  takeSample(sample: Sample): void {
    this.metrics.takeSample(sample)
    for (const { id, pluginId, openedAt } of this.incidents.takeLosses(sample.at, sample.lost)) {
      this.timeline.add({
        kind: 'failure',
        code: 'losing',
        at: openedAt,
        pluginId,
        severity: 'warning',
        title: 'Began to lose events.',
        incidentId: id,
      })
    }
  }

  /** @returns whether the fact should be announced: log entries below the level of their plugin are not */
  takeFact(fact: PluginFact): boolean {
    if (fact.type === 'log') {
      if (!this.logs.wants(fact)) return false
      this.logs.takeFact(fact)
    }
    this.letters.takeFact(fact)
    this.timeline.takeFact(fact, this.incidents.takeFact(fact))
    this.states.takeFact(fact)
    return true
  }

  async close(): Promise<void> {
    this.silences.close()
    this.timeline.noteStop()
    await Promise.all([
      this.letters.close(),
      this.timeline.close(),
      this.incidents.close(),
      this.logs.close(),
      this.metrics.close(),
    ])
  }
}

/** What charts and state strips begin with: the time before this server started, and the gap in between. */
async function recall({
  node,
  store,
  sampler,
  states,
  timeline,
}: Pick<RecordsOptions, 'store' | 'sampler'> & {
  readonly node: string
  readonly states: RecentPast
  readonly timeline: Timeline
}): Promise<void> {
  const now = clock.epoch()
  const from = now - LIVE_MS
  const [plugin, topic, manager, past, logs] = await Promise.all([
    store.samples.recent({ node, kind: 'plugin', from, to: now }),
    store.samples.recent({ node, kind: 'topic', from, to: now }),
    store.samples.recent({ node, kind: 'manager', from, to: now }),
    timeline.recentStates(now),
    store.logs.recent({ perPlugin: MAX_LOG_ENTRIES }),
  ])
  sampler.seed({ plugin, topic, manager }, now)
  // A server that was killed could not say so: nothing is known of the time after its last minute.
  const lastMinute = manager.at(-1)
  const endedAt = Math.min(now, lastMinute ? lastMinute.at + MINUTE_MS : now)
  states.seed({ states: past, logs }, endedAt)
}

function liveSeries(sampler: Sampler, { kind, name }: Omit<Subject, 'node'>): Series {
  if (kind === 'plugin') return sampler.seriesOf(name)
  if (kind === 'manager') return sampler.managerSeries()
  const { at, values } = sampler.topicSeries()
  return { at, values: { eventsPerSecond: Object.hasOwn(values, name) ? values[name]! : [] } }
}
