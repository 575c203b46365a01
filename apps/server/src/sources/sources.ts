import { clock, PluginError, type EventBus, type HostEvent } from '@plugboard/core'
import type { Logger } from 'pino'
import type { EventSource } from './event-source.ts'

/** A source as it is now. Times are epoch milliseconds. */
export interface SourceStatus {
  readonly name: string
  readonly state: 'waiting' | 'running' | 'failed' | 'stopped'
  readonly since: number
  readonly published: number
  /** Events that the bus refused. */
  readonly refused: number
  readonly lastEventAt: number | null
  /** Why it has failed, why its last refused event was refused, or what it says of itself; null where all is well. */
  readonly problem: string | null
}

interface Entry {
  readonly source: EventSource
  readonly abort: AbortController
  state: SourceStatus['state']
  since: number
  published: number
  refused: number
  lastEventAt: number | null
  problem: string | null
}

type Bus = Pick<EventBus, 'check' | 'dispatch'>

/** Runs the sources of events: if one fails, the others continue; the events of each are counted. */
export class Sources {
  readonly #bus: Bus
  readonly #log: Logger
  readonly #entries: readonly Entry[]

  constructor(sources: readonly EventSource[], { bus, log }: { readonly bus: Bus; readonly log: Logger }) {
    this.#bus = bus
    this.#log = log
    this.#entries = sources.map((source) => ({
      source,
      abort: new AbortController(),
      state: 'waiting',
      since: clock.epoch(),
      published: 0,
      refused: 0,
      lastEventAt: null,
      problem: null,
    }))
  }

  /** Starts those that wait; by default all of them. */
  async start(names?: readonly string[]): Promise<void> {
    const waiting = this.#entries.filter(({ source, state }) => {
      return state === 'waiting' && (names === undefined || names.includes(source.name))
    })
    await Promise.all(waiting.map((entry) => this.#start(entry)))
  }

  stop(): void {
    for (const entry of this.#entries) {
      entry.abort.abort()
      if (entry.state === 'running') change(entry, 'stopped')
    }
  }

  list(): SourceStatus[] {
    return this.#entries.map(({ source, abort: _abort, problem, ...entry }) => {
      return { name: source.name, ...entry, problem: problem ?? source.status().problem }
    })
  }

  async #start(entry: Entry): Promise<void> {
    const { source, abort } = entry
    change(entry, 'running')
    try {
      await source.start({ publish: (event) => this.#publish(entry, event) }, abort.signal)
    } catch (thrown) {
      entry.problem = (thrown as Error).message
      change(entry, 'failed')
      this.#log.error({ err: thrown, source: source.name }, 'a source of events could not start')
    }
  }

  #publish(entry: Entry, event: HostEvent): void {
    const { name } = entry.source
    try {
      this.#bus.dispatch(this.#bus.check({ source: name, ...event }))
      entry.published += 1
      entry.lastEventAt = clock.epoch()
    } catch (thrown) {
      const { message } = PluginError.from(thrown)
      // Each new reason once: a source that is wrong is wrong every second.
      if (entry.problem !== message) this.#log.warn({ source: name, type: event.type }, message)
      entry.refused += 1
      entry.problem = message
    }
  }
}

function change(entry: Entry, state: SourceStatus['state']): void {
  entry.state = state
  entry.since = clock.epoch()
}
