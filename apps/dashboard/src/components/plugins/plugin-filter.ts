import type { BoardRow } from '@plugboard/protocol'
import { healthLevel } from '../ui/health-level'

export type RowFilter = (row: BoardRow) => boolean

/** Units by what they measure; a figure alone is in the smallest. */
const UNITS = {
  bytes: { '': 1, kb: 1_024, mb: 1_024 ** 2, gb: 1_024 ** 3 },
  time: { '': 1, ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 },
  percent: { '': 1, '%': 1 },
  count: { '': 1 },
} as const satisfies Readonly<Record<string, Readonly<Record<string, number>>>>

interface Figure {
  readonly of: (row: BoardRow, now: number) => number | null
  readonly units: Readonly<Record<string, number>>
}

const ERROR_RATE: Figure = {
  of: (row) => (row.errorRate60s === null ? null : row.errorRate60s * 100),
  units: UNITS.percent,
}
const NUMBERS: Readonly<Record<string, Figure>> = {
  mem: { of: (row) => row.memoryBytes, units: UNITS.bytes },
  cpu: { of: (row) => row.cpuPercent, units: UNITS.percent },
  events: { of: (row) => row.eventsPerSecond, units: UNITS.count },
  p95: { of: (row) => row.p95Ms, units: UNITS.time },
  mailbox: { of: (row) => row.mailboxDepth, units: UNITS.count },
  lost: { of: (row) => row.lostPerMinute, units: UNITS.count },
  uptime: { of: (row, now) => (row.activeSince === null ? null : now - row.activeSince), units: UNITS.time },
  errors: ERROR_RATE,
  rate: ERROR_RATE,
}
const TEXTS: Readonly<Record<string, (row: BoardRow) => string>> = {
  state: stateWord,
  type: (row) => row.pluginType,
  id: (row) => row.id,
  health: healthLevel,
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
  const comparison = comparisonOf(word)
  if (comparison) {
    const { figure, operator, limit } = comparison
    return (row) => {
      const value = figure.of(row, now)
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

/** Undefined for what is no comparison of a figure that there is, in a unit that it has. */
function comparisonOf(
  word: string,
): { readonly figure: Figure; readonly operator: string; readonly limit: number } | undefined {
  const [, key = '', operator = '', amount = '', unit = ''] =
    /^([a-z0-9]+)([<>])(\d+(?:\.\d+)?)([a-z%]*)$/.exec(word) ?? []
  const figure = Object.hasOwn(NUMBERS, key) ? NUMBERS[key] : undefined
  const factor = figure && Object.hasOwn(figure.units, unit) ? figure.units[unit] : undefined
  return figure && factor !== undefined ? { figure, operator, limit: Number(amount) * factor } : undefined
}

function stateWord({ state, nextRestartAt }: BoardRow): string {
  return state === 'error' && nextRestartAt !== null ? 'recovering' : state
}

/** The words of a filter that ask for something that there is not, such as `colour:red` or `mem>5h`. */
export function unknownWords(text: string): string[] {
  return text
    .trim()
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => {
      const [, key, sign] = /^([a-z0-9]+)([:<>])/.exec(word) ?? []
      if (key === undefined) return false
      return sign === ':' ? !Object.hasOwn(TEXTS, key) : comparisonOf(word) === undefined
    })
}
