import type { ChartRow } from './buckets'

/** What a chart shows as a table: a column for the time, by ISO 8601, and one for each line, with its unit. */
export function toCsv(
  rows: readonly ChartRow[],
  lines: readonly { readonly key: string; readonly label: string }[],
  unit: string,
): string {
  const head = ['time', ...lines.map(({ label }) => quote(`${label} (${unit})`))]
  const body = rows.map(({ at, values }) => [
    new Date(at).toISOString(),
    ...lines.map(({ key }) => {
      const value = values.get(key)
      return value === null || value === undefined ? '' : String(value)
    }),
  ])
  return [head, ...body].map((cells) => cells.join(',')).join('\n')
}

/** RFC 4180; and no cell that a spreadsheet would take for a formula. */
function quote(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
