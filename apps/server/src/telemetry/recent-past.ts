import type { PluginFact } from '@plugboard/core'
import { appendState, MAX_LOG_ENTRIES, type LogEntry, type LogLine, type StateHistory } from '@plugboard/protocol'
import { roughSize } from '../store/rough-size.ts'
import { logLineOf } from '../views/log.ts'

/** Of the entries of one plugin. */
const MAX_LOG_BYTES = 1_024 * 1_024

interface KeptLogs {
  /** The oldest first. */
  readonly entries: LogEntry[]
  bytes: number
}

/** Keeps the recent state changes and log entries of each plugin that is loaded. */
export class RecentPast {
  readonly #states = new Map<string, StateHistory>()
  readonly #logs = new Map<string, KeptLogs>()

  /**
   * What was before this server started, oldest first; of plugins that were unloaded, nothing.
   * @param endedAt when the former server is last known to have run: it is unknown whether its plugins were active after that
   */
  seed(
    { states, logs }: { readonly states: ReadonlyMap<string, StateHistory>; readonly logs: readonly LogLine[] },
    endedAt: number,
  ): void {
    for (const [id, lines] of Map.groupBy(logs, (line) => line.id)) {
      for (const line of lines) this.#keep(id, withoutId(line))
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
    return this.#logs.get(id)?.entries ?? []
  }

  takeFact(fact: PluginFact): void {
    if (fact.type === 'state') {
      const { id, at, to, error } = fact
      this.#states.set(id, appendState(this.statesOf(id), { at, state: to, error }))
    } else if (fact.type === 'log') {
      this.#keep(fact.id, logEntryOf(fact))
    } else if (fact.type === 'unloaded') {
      this.#states.delete(fact.id)
      this.#logs.delete(fact.id)
    }
  }

  #keep(id: string, entry: LogEntry): void {
    const kept = this.#logs.get(id) ?? { entries: [], bytes: 0 }
    this.#logs.set(id, kept)
    kept.entries.push(entry)
    kept.bytes += roughSize(entry)
    while (kept.entries.length > MAX_LOG_ENTRIES || (kept.bytes > MAX_LOG_BYTES && kept.entries.length > 1))
      kept.bytes -= roughSize(kept.entries.shift())
  }
}

export function logEntryOf(fact: Extract<PluginFact, { type: 'log' }>): LogEntry {
  return withoutId(logLineOf(fact))
}

function withoutId({ id: _id, ...entry }: LogLine): LogEntry {
  return entry
}
