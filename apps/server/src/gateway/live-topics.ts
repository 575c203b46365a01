import type { PluginFact, PluginManager } from '@plugboard/core'
import { pluginTopic, type LogLine, type LogOutputView, type TopicName, type WireError } from '@plugboard/protocol'
import type { Silences } from '../incidents/silences.ts'
import type { IncidentRow } from '../store/tables/incidents.ts'
import type { RecentPast } from '../telemetry/recent-past.ts'
import type { Sample, Sampler } from '../telemetry/sampler.ts'
import type { Snapshots } from '../telemetry/snapshots.ts'
import type { LetterDisplay } from '../views/event.ts'
import { LiveBoard } from './live-board.ts'
import { LiveEvents } from './live-events.ts'
import { LiveIncidents } from './live-incidents.ts'
import { LiveLogs } from './live-logs.ts'
import { LiveOverview } from './live-overview.ts'
import { LivePlugins } from './live-plugins.ts'
import type { TopicHub } from './topic-hub.ts'

interface LiveTopicsOptions {
  readonly manager: PluginManager
  readonly snapshots: Snapshots
  readonly sampler: Sampler
  readonly history: RecentPast
  readonly letters: LetterDisplay
  readonly silences: Silences
  readonly hub: TopicHub
  /** From before. */
  readonly incidents: readonly IncidentRow[]
  /** Why nothing can be written down; null while it can. */
  readonly readTrouble: () => WireError | null
  readonly readLogOutput: () => LogOutputView
}

/** All topics: what each begins with, and what changes. */
export class LiveTopics {
  readonly #board: LiveBoard
  readonly #overview: LiveOverview
  readonly #plugins: LivePlugins
  readonly #incidents: LiveIncidents
  readonly #logs: LiveLogs
  readonly #events: LiveEvents
  /** What the topics of this host's plugins begin with. */
  readonly #ownPlugins: string

  constructor({
    manager,
    snapshots,
    sampler,
    history,
    letters,
    silences,
    hub,
    incidents,
    readTrouble,
    readLogOutput,
  }: LiveTopicsOptions) {
    this.#board = new LiveBoard({
      snapshots,
      eventBus: manager.context.eventBus,
      sampler,
      silences,
      hub,
      readTrouble,
      readLogOutput,
    })
    this.#overview = new LiveOverview(sampler, history, hub)
    this.#plugins = new LivePlugins(manager, { sampler, history, hub, letters })
    this.#incidents = new LiveIncidents(hub, incidents)
    this.#logs = new LiveLogs(hub)
    this.#events = new LiveEvents(manager.context.eventBus, hub, (ids, value) => manager.redact(ids, value))
    this.#ownPlugins = pluginTopic(manager.context.node, '')
  }

  /** Undefined for a topic that does not exist (now). */
  snapshotOf(topic: TopicName): (() => unknown) | undefined {
    switch (topic) {
      case 'board':
        return () => this.#board.snapshot()
      case 'overview':
        return () => this.#overview.snapshot()
      case 'incidents':
        return () => this.#incidents.snapshot()
      case 'logs': {
        // The snapshot publishes pending lines. Take it now, before the sequence number of the answer is read.
        const tail = this.#logs.snapshot()
        return () => tail
      }
      default:
        return topic.startsWith('events:') ? this.#snapshotOfEvents(topic) : this.#snapshotOfPlugin(topic)
    }
  }

  takeSample(sample: Sample): void {
    this.#board.flush()
    this.#overview.takeSample(sample)
    this.#plugins.takeSample(sample)
  }

  takeFact(fact: PluginFact): void {
    this.#overview.takeFact(fact)
    this.#plugins.takeFact(fact)
    if (fact.type !== 'log') this.#board.flushSoon()
  }

  takeIncident(incident: IncidentRow): void {
    this.#incidents.takeIncident(incident)
  }

  /** A silence began or ended. */
  takeSilence(): void {
    this.#board.flushSoon()
  }

  takeLine(line: LogLine): void {
    this.#logs.takeLine(line)
  }

  stop(): void {
    this.#board.stop()
    this.#plugins.stop()
    this.#logs.stop()
    this.#events.stop()
  }

  #snapshotOfEvents(topic: string): (() => unknown) | undefined {
    const tail = this.#events.snapshotOf(topic)
    return tail && (() => tail)
  }

  #snapshotOfPlugin(topic: string): (() => unknown) | undefined {
    const id = topic.slice(this.#ownPlugins.length)
    const detail = topic.startsWith(this.#ownPlugins) ? this.#plugins.snapshot(id) : undefined
    return detail && (() => detail)
  }
}
