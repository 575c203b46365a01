import type { BoardRow } from '@plugboard/protocol'
import { healthLevel } from '../ui/health-level'

export type RowFilter = (row: BoardRow) => boolean

const NUMBERS: Readonly<Record<string, (row: BoardRow, now: number) => number | null>> = {
  mem: (row) => row.memoryBytes,
  cpu: (row) => row.cpuPercent,
  events: (row) => row.eventsPerSecond,
  p95: (row) => row.p95Ms,
  mailbox: (row) => row.mailboxDepth,
  lost: (row) => row.lostPerMinute,
  uptime: (row, now) => (row.activeSince === null ? null : now - row.activeSince),
  errors: (row) => (row.errorRate60s === null ? null : row.errorRate60s * 100),
  rate: (row) => (row.errorRate60s === null ? null : row.errorRate60s * 100),
}
const TEXTS: Readonly<Record<string, (row: BoardRow) => string>> = {
  state: stateWord,
  type: (row) => row.pluginType,
  id: (row) => row.id,
  health: healthLevel,
}
const UNITS: Readonly<Record<string, number>> = {
  kb: 1_024,
  mb: 1_024 ** 2,
  gb: 1_024 ** 3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  '%': 1,
  '': 1,
}

/**
 * Reads a filter such as `state:error mem>100MB web`: all its words must match.
 * @param now of the server, in epoch milliseconds
 */
export function parseFilter(text: string, now: number): RowFilter {
  const words = text.trim().toLowerCase().split(/\s+/).filter(Boolean)
  const tests = words.map((word) => parseWord(word, now))
  return (row) => tests.every((test) => test(row))
}

function parseWord(word: string, now: number): RowFilter {
  const [, key = '', operator, amount = '', unit = ''] = /^([a-z0-9]+)([<>])(\d+(?:\.\d+)?)([a-z%]*)$/.exec(word) ?? []
  const figure = NUMBERS[key]
  const factor = UNITS[unit]
  if (figure && factor !== undefined) {
    const limit = Number(amount) * factor
    return (row) => {
      const value = figure(row, now)
      return value !== null && (operator === '>' ? value > limit : value < limit)
    }
  }
  if (word === 'state:disabled') return (row) => !row.enabled
  if (word === 'health:unwell') return (row) => ['unhealthy', 'warning'].includes(healthLevel(row))
  const colon = word.indexOf(':')
  const field = TEXTS[word.slice(0, Math.max(0, colon))]
  if (field)
    return (row) =>
      field(row)
        .toLowerCase()
        .startsWith(word.slice(colon + 1))
  return (row) => row.name.toLowerCase().includes(word) || row.id.includes(word)
}

function stateWord({ state, nextRestartAt }: BoardRow): string {
  return state === 'error' && nextRestartAt !== null ? 'recovering' : state
}

/** The words of a filter that ask for something that there is not, such as `colour:red`. */
export function unknownWords(text: string): string[] {
  return text
    .trim()
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => {
      const key = /^([a-z0-9]+)[:<>]/.exec(word)?.[1]
      return key !== undefined && !Object.hasOwn(TEXTS, key) && !Object.hasOwn(NUMBERS, key)
    })
}
