import type { PluginFact } from '@plugboard/core'
import type { Overview, OverviewDelta } from '@plugboard/protocol'
import type { RecentPast } from '../telemetry/recent-past.ts'
import type { Sample, Sampler } from '../telemetry/sampler.ts'
import type { TopicHub } from './topic-hub.ts'

const TOPIC = 'overview'

/** The `overview` topic: the past of the whole, for the charts of the first page. */
export class LiveOverview {
  readonly #sampler: Sampler
  readonly #history: RecentPast
  readonly #hub: TopicHub

  constructor(sampler: Sampler, history: RecentPast, hub: TopicHub) {
    this.#sampler = sampler
    this.#history = history
    this.#hub = hub
  }

  snapshot(): Overview {
    return {
      manager: this.#sampler.managerSeries(),
      topics: this.#sampler.topicSeries(),
      memory: this.#sampler.memorySeries(),
      losses: this.#sampler.lossSeries(),
      states: this.#history.allStates(),
    }
  }

  takeSample({ manager, topics, memory, losses }: Sample): void {
    this.#publish({ manager, topics, memory, losses })
  }

  takeFact(fact: PluginFact): void {
    if (fact.type === 'unloaded') return this.#publish({ removed: [fact.id] })
    if (fact.type !== 'state') return
    const { id, at, to, error } = fact
    this.#publish({ states: [{ id, at, state: to, error }] })
  }

  #publish(delta: OverviewDelta): void {
    this.#hub.publish(TOPIC, delta)
  }
}
