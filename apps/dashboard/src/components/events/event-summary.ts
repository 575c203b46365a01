import type { JsonValue } from '@plugboard/protocol'

/** Significant digits of a figure on a line; the payload has them all. */
const DIGITS = 6

/** What an event carries, on one line: `system.cpu.utilization = 0.42` of a metric, `name: value` of other objects. */
export function summaryOf(data: JsonValue): string {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return written(data)
  const { metric, value, ...rest } = data
  if (typeof metric === 'string' && value !== undefined) {
    const more = Object.keys(rest).length > 0 ? ` · ${summaryOf(rest)}` : ''
    return `${metric} = ${written(value)}${more}`
  }
  return Object.entries(data)
    .map(([name, part]) => `${name}: ${written(part)}`)
    .join(' · ')
}

function written(value: JsonValue): string {
  if (typeof value === 'number') return String(Number(value.toPrecision(DIGITS)))
  return typeof value === 'string' ? value : JSON.stringify(value)
}
