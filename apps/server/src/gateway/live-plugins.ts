import type { DeadLetter, PluginFact, PluginManager } from '@plugboard/core'
import {
  MAX_DEAD_LETTERS_SHOWN,
  pluginTopic,
  type DeadLetterView,
  type JsonValue,
  type LogEntry,
  type PluginDelta,
  type PluginDetail,
  type StateChange,
} from '@plugboard/protocol'
import { logEntryOf, type RecentPast } from '../telemetry/recent-past.ts'
import type { Sample, Sampler } from '../telemetry/sampler.ts'
import { deadLetterView, letterPage, type LetterDisplay } from '../views/event.ts'
import { viewOf } from '../views/plugin.ts'
import type { TopicHub } from './topic-hub.ts'

interface Pending {
  readonly states: StateChange[]
  readonly logs: LogEntry[]
  readonly deadLetters: DeadLetterView[]
  /** Some are gone: the list is sent anew. */
  lettersGone: boolean
}

/** What comes together travels together. */
const FLUSH_MS = 200
/** A flood of logs or dead letters is cut to what a page can show. */
const MAX_PENDING = 200

/** The `plugin:<node>/<id>` topics: all that a plugin's page shows, computed only while the topic has subscribers. */
export class LivePlugins {
  readonly #manager: PluginManager
  readonly #sampler: Sampler
  readonly #history: RecentPast
  readonly #hub: TopicHub
  readonly #letters: LetterDisplay
  readonly #pending = new Map<string, Pending>()
  readonly #status = new Map<string, JsonValue>()
  #timer: NodeJS.Timeout | undefined

  constructor(
    manager: PluginManager,
    {
      sampler,
      history,
      hub,
      letters,
    }: { sampler: Sampler; history: RecentPast; hub: TopicHub; letters: LetterDisplay },
  ) {
    this.#manager = manager
    this.#sampler = sampler
    this.#history = history
    this.#hub = hub
    this.#letters = letters
  }

  /** Undefined for a plugin that is not loaded. */
  snapshot(id: string): PluginDetail | undefined {
    const view = viewOf(this.#manager, id)
    if (!view) return undefined
    // What is still pending is part of the snapshot: it must not come a second time as a delta.
    this.#flush()
    return {
      view,
      series: this.#sampler.seriesOf(id),
      states: this.#history.statesOf(id),
      logs: this.#history.logsOf(id),
      deadLetters: this.#shownLetters(id),
      status: this.#status.get(id) ?? null,
    }
  }

  takeSample({ plugins }: Sample): void {
    // Send pending changes first: otherwise a view could show an error before its dead letters arrive.
    this.#flush()
    for (const [id, point] of plugins) {
      if (!this.#hub.hasListeners(this.#topicOf(id))) {
        this.#hub.skip(this.#topicOf(id))
        continue
      }
      this.#publish(id, { point, ...this.#viewDelta(id) })
      void this.#askStatus(id)
    }
  }

  takeFact(fact: PluginFact): void {
    const { id } = fact
    if (fact.type === 'unloaded') {
      this.#pending.delete(id)
      this.#status.delete(id)
      this.#hub.restart(this.#topicOf(id))
      return
    }
    if (fact.type === 'loaded') this.#hub.restart(this.#topicOf(id))
    if (fact.type === 'state') this.#pend(id).states.push({ at: fact.at, state: fact.to, error: fact.error })
    else if (fact.type === 'log') push(this.#pend(id).logs, logEntryOf(fact))
    else if (fact.type === 'dead-letter') push(this.#pend(id).deadLetters, this.#letterView(id, fact.letter))
    else if (fact.type === 'dead-letter-gone' || fact.type === 'dead-letter-reduced') this.#pend(id).lettersGone = true
    else this.#pend(id)
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  #pend(id: string): Pending {
    this.#timer ??= setTimeout(() => this.#flush(), FLUSH_MS).unref()
    const pending = this.#pending.get(id) ?? { states: [], logs: [], deadLetters: [], lettersGone: false }
    this.#pending.set(id, pending)
    return pending
  }

  #flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    for (const [id, { states, logs, deadLetters, lettersGone }] of this.#pending) {
      this.#publish(id, {
        ...this.#viewDelta(id),
        ...(states.length > 0 && { states }),
        ...(logs.length > 0 && { logs }),
        ...(lettersGone
          ? { deadLetterList: this.#shownLetters(id) }
          : deadLetters.length > 0 && { deadLetters: deadLetters.toReversed() }),
      })
    }
    this.#pending.clear()
  }

  #shownLetters(id: string): DeadLetterView[] {
    const letters = this.#manager.getDeadLetters(id)
    return letterPage(letters, MAX_DEAD_LETTERS_SHOWN, (letter) => this.#letterView(id, letter))
  }

  #letterView(id: string, letter: DeadLetter): DeadLetterView {
    return deadLetterView(letter, id, this.#letters)
  }

  #viewDelta(id: string): Pick<PluginDelta, 'view'> {
    const view = this.#hub.hasListeners(this.#topicOf(id)) ? viewOf(this.#manager, id) : undefined
    return view ? { view } : {}
  }

  async #askStatus(id: string): Promise<void> {
    // A plugin that is not active, or does not answer, says nothing.
    const status = await this.#manager.getPluginStatus(id).catch(() => null)
    // The plugin may have been unloaded meanwhile. Do not keep its status for a plugin loaded later under the same id.
    if (!this.#manager.getPlugin(id)) return
    if (JSON.stringify(status) === JSON.stringify(this.#status.get(id) ?? null)) return
    this.#status.set(id, status as JsonValue)
    this.#publish(id, { status: status as JsonValue })
  }

  #topicOf(id: string): string {
    return pluginTopic(this.#manager.context.node, id)
  }

  #publish(id: string, delta: PluginDelta): void {
    this.#hub.publish(this.#topicOf(id), delta)
  }
}

function push<T>(list: T[], item: T): void {
  list.push(item)
  if (list.length > MAX_PENDING) list.shift()
}
