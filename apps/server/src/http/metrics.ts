import {
  TRANSITIONS,
  type EventBus,
  type ManagerSnapshot,
  type ManagerStats,
  type PluginSnapshot,
  type PluginState,
} from '@plugboard/core'
import type { LogOutputView } from '@plugboard/protocol'
import { collectDefaultMetrics, Counter, Gauge, Registry, type Metric } from 'prom-client'
import type { Silences } from '../incidents/silences.ts'
import type { OutboxState } from '../store/outbox.ts'
import type { Store } from '../store/store.ts'

interface MetricsDeps {
  readonly snapshots: { current(): ManagerSnapshot }
  readonly eventBus: EventBus
  readonly store: Store
  readonly silences: Pick<Silences, 'of'>
  readonly readLogOutput: () => LogOutputView
  readonly countSockets: () => number
}

type Read = (plugin: PluginSnapshot) => number | null

const GAUGES: Readonly<Record<string, readonly [help: string, read: Read]>> = {
  plugboard_plugin_healthy: [
    '1 when it is active and its error rate is under 10 %, otherwise 0; not there while it is disabled',
    ({ health, enabled }) => (enabled ? Number(health.isHealthy) : null),
  ],
  plugboard_plugin_memory_bytes: [
    'Resident memory of its guest, without shared pages',
    ({ stats }) => stats.memoryUsageBytes,
  ],
  plugboard_plugin_mailbox_depth: ['Events that wait for it', ({ stats }) => stats.mailboxDepth],
  plugboard_plugin_mailbox_bytes: ['Bytes of the events that wait for it, roughly', ({ stats }) => stats.mailboxBytes],
  plugboard_plugin_dead_letter_bytes: ['Bytes of its dead letters, roughly', ({ stats }) => stats.deadLetterBytes],
  plugboard_plugin_dead_letters: ['Events that failed and wait for somebody', ({ stats }) => stats.deadLetters],
  plugboard_plugin_handler_p95_seconds: [
    '95th percentile of handler latency',
    ({ stats }) => seconds(stats.latency.p95Ms),
  ],
  plugboard_plugin_active_since_seconds: [
    'When it became active, Unix time',
    ({ activeSince }) => seconds(activeSince),
  ],
}

const COUNTERS: Readonly<Record<string, readonly [help: string, read: Read]>> = {
  plugboard_plugin_events_total: ['Events handled, well or not', ({ stats }) => stats.lifetime.eventsProcessed],
  plugboard_plugin_errors_total: ['Events whose handler failed', ({ stats }) => stats.lifetime.errorCount],
  plugboard_plugin_restarts_total: ['New instances after the first', ({ stats }) => stats.lifetime.restarts],
  plugboard_plugin_dropped_total: ['Events that a full mailbox dropped', ({ stats }) => stats.dropped],
  plugboard_plugin_discarded_total: [
    'Queued events that were discarded because the plugin stopped or failed',
    ({ stats }) => stats.discarded,
  ],
  plugboard_plugin_in_doubt_total: [
    'Events whose result is unknown because the process of the plugin died',
    ({ stats }) => stats.inDoubt,
  ],
  plugboard_plugin_missed_total: [
    'Events that were published while the plugin was enabled and not running',
    ({ stats }) => stats.missed,
  ],
  plugboard_plugin_logs_dropped_total: [
    'Log entries of it that were dropped, because there were too many in a second',
    ({ stats }) => stats.logsDropped,
  ],
  plugboard_plugin_publishes_refused_total: [
    'Publications of it that were refused, mostly for their rate',
    ({ stats }) => stats.publishesRefused,
  ],
}

/** What the manager holds for all plugins together. */
const HELD: Readonly<Record<string, readonly [help: string, read: (stats: ManagerStats) => number]>> = {
  plugboard_shared_data_keys: ['Keys of shared data', ({ sharedData }) => sharedData.keys],
  plugboard_shared_data_bytes: ['Bytes of the values of shared data, as JSON', ({ sharedData }) => sharedData.bytes],
  plugboard_messages_waiting: [
    'Messages that plugins have got and not answered',
    ({ waitingMessages }) => waitingMessages.count,
  ],
  plugboard_messages_waiting_bytes: [
    'Bytes of these messages, as JSON',
    ({ waitingMessages }) => waitingMessages.bytes,
  ],
}

/** What waits for the disk. */
const OUTBOXES: Readonly<Record<string, readonly [help: string, read: (state: OutboxState) => number]>> = {
  plugboard_outbox_items: ['Items that wait to be written to disk', ({ items }) => items],
  plugboard_outbox_bytes: ['Bytes of these items, roughly', ({ bytes }) => bytes],
}

/** The figures of the server and of each plugin, as Prometheus reads them. */
export function createMetrics({
  snapshots,
  eventBus,
  store,
  silences,
  readLogOutput,
  countSockets,
}: MetricsDeps): Registry {
  const registry = new Registry()
  const add = (metric: Metric): void => registry.registerMetric(metric)
  collectDefaultMetrics({ register: registry })
  // Gauges with names of counters, which Prometheus complains about; there are others for each kind of them.
  for (const kind of ['handles', 'requests', 'resources']) registry.removeSingleMetric(`nodejs_active_${kind}_total`)
  const plugins = (): readonly PluginSnapshot[] => snapshots.current().plugins
  const plugin = ({ metadata: { id } }: PluginSnapshot): { plugin: string } => ({ plugin: id })

  const gauges = {
    ...GAUGES,
    plugboard_plugin_silenced: [
      '1 while it is silenced: its trouble is known, and nobody is to be notified of it',
      ({ metadata: { id } }) => Number(silences.of(id) !== null),
    ],
  } satisfies typeof GAUGES
  for (const [name, [help, read]] of Object.entries(gauges)) {
    add(
      new Gauge({
        name,
        help,
        labelNames: ['plugin'],
        registers: [],
        collect() {
          this.reset()
          for (const one of plugins()) {
            const value = read(one)
            if (value !== null) this.set(plugin(one), value)
          }
        },
      }),
    )
  }
  for (const [name, [help, read]] of Object.entries(COUNTERS)) {
    add(
      new Counter({
        name,
        help,
        labelNames: ['plugin'],
        registers: [],
        collect() {
          this.reset()
          for (const one of plugins()) this.inc(plugin(one), read(one) ?? 0)
        },
      }),
    )
  }
  const states = Object.keys(TRANSITIONS) as PluginState[]
  add(
    new Gauge({
      name: 'plugboard_plugin_state',
      help: '1 for the state that a plugin is in',
      labelNames: ['plugin', 'state'],
      registers: [],
      collect() {
        this.reset()
        for (const one of plugins()) {
          for (const state of states) this.set({ ...plugin(one), state }, Number(one.state === state))
        }
      },
    }),
  )
  add(
    new Counter({
      name: 'plugboard_bus_published_total',
      help: 'Events published since the server started, or the figures were reset',
      registers: [],
      collect() {
        this.reset()
        this.inc(eventBus.getStats().totalPublished)
      },
    }),
  )
  for (const [name, [help, read]] of Object.entries(HELD)) {
    add(
      new Gauge({
        name,
        help,
        registers: [],
        collect() {
          this.set(read(snapshots.current().stats))
        },
      }),
    )
  }
  for (const [name, [help, read]] of Object.entries(OUTBOXES)) {
    add(
      new Gauge({
        name,
        help,
        labelNames: ['kind'],
        registers: [],
        collect() {
          this.reset()
          for (const { state } of store.outboxes) this.set({ kind: state.name }, read(state))
        },
      }),
    )
  }
  add(
    new Counter({
      name: 'plugboard_outbox_dropped_total',
      help: 'Items that were dropped because too many waited for the disk',
      labelNames: ['kind'],
      registers: [],
      collect() {
        this.reset()
        for (const { state } of store.outboxes) this.inc({ kind: state.name }, state.dropped)
      },
    }),
  )
  add(
    new Gauge({
      name: 'plugboard_sockets',
      help: 'Boards and programs that are connected',
      registers: [],
      collect() {
        this.set(countSockets())
      },
    }),
  )
  add(
    new Gauge({
      name: 'plugboard_store_writable',
      help: '0 while nothing can be written: see the log',
      registers: [],
      collect() {
        this.set(Number(store.trouble() === null))
      },
    }),
  )
  add(
    new Counter({
      name: 'plugboard_log_lines_lost_total',
      help: 'Lines of the log of the server that stderr did not take',
      registers: [],
      collect() {
        this.reset()
        this.inc(readLogOutput().lostLines)
      },
    }),
  )
  return registry
}

function seconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1_000
}
