import type { PluginFact } from '@plugboard/core'
import { appendState, MAX_LOG_ENTRIES, type LogEntry, type LogLine, type StateHistory } from '@plugboard/protocol'
import { logLineOf } from '../views/log.ts'

/** Keeps the recent state changes and log entries of each plugin that is loaded. */
export class RecentPast {
  readonly #states = new Map<string, StateHistory>()
  readonly #logs = new Map<string, LogEntry[]>()

  /**
   * What was before this server started, oldest first; of plugins that were unloaded, nothing.
   * @param endedAt when the former server is last known to have run: it is unknown whether its plugins were active after that
   */
  seed(
    { states, logs }: { readonly states: ReadonlyMap<string, StateHistory>; readonly logs: readonly LogLine[] },
    endedAt: number,
  ): void {
    for (const [id, lines] of Map.groupBy(logs, (line) => line.id)) {
      this.#logs.set(id, lines.slice(-MAX_LOG_ENTRIES).map(withoutId))
    }
    for (const [id, history] of states) {
      const last = history.at(-1)
      if (last?.state === 'unloaded') continue
      const gap = { at: Math.max(endedAt, last?.at ?? 0), state: 'unloaded', error: null } as const
      this.#states.set(id, appendState(history, gap))
    }
  }

  statesOf(id: string): StateHistory {
    return this.#states.get(id) ?? []
  }

  allStates(): Readonly<Record<string, StateHistory>> {
    return Object.fromEntries(this.#states)
  }

  logsOf(id: string): readonly LogEntry[] {
    return this.#logs.get(id) ?? []
  }

  takeFact(fact: PluginFact): void {
    if (fact.type === 'state') {
      const { id, at, to, error } = fact
      this.#states.set(id, appendState(this.statesOf(id), { at, state: to, error }))
    } else if (fact.type === 'log') {
      const entries = this.#logs.get(fact.id) ?? []
      this.#logs.set(fact.id, entries)
      entries.push(logEntryOf(fact))
      if (entries.length > MAX_LOG_ENTRIES) entries.shift()
    } else if (fact.type === 'unloaded') {
      this.#states.delete(fact.id)
      this.#logs.delete(fact.id)
    }
  }
}

export function logEntryOf(fact: Extract<PluginFact, { type: 'log' }>): LogEntry {
  return withoutId(logLineOf(fact))
}

function withoutId({ id: _id, ...entry }: LogLine): LogEntry {
  return entry
}
