import type { PluginFact, PluginManager } from '@plugboard/core'
import { appendState, MAX_LOG_ENTRIES, type LogEntry, type StateHistory } from '@plugboard/protocol'

const MAX_MESSAGE = 2_048

/** Keeps the recent state changes and log entries of each plugin that is loaded. */
export class History {
  readonly #states = new Map<string, StateHistory>()
  readonly #logs = new Map<string, LogEntry[]>()

  constructor(manager: PluginManager) {
    manager.onDidChange((fact) => this.#note(fact))
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

  #note(fact: PluginFact): void {
    if (fact.type === 'state') {
      const { id, at, to, error } = fact
      this.#states.set(id, appendState(this.statesOf(id), { at, state: to, reason: error?.message ?? null }))
    } else if (fact.type === 'log') {
      const entries = this.#logs.get(fact.id) ?? []
      this.#logs.set(fact.id, entries)
      entries.push(logEntry(fact))
      if (entries.length > MAX_LOG_ENTRIES) entries.shift()
    } else if (fact.type === 'unloaded') {
      this.#states.delete(fact.id)
      this.#logs.delete(fact.id)
    }
  }
}

export function logEntry({ at, level, message, origin }: Extract<PluginFact, { type: 'log' }>): LogEntry {
  return { at, level, message: message.slice(0, MAX_MESSAGE), origin }
}
