/** Seconds of history that the server keeps in memory at one point a second. */
export const LIVE_SECONDS = 900

/** What is lost: events of a plugin by their cause, and publications of it that were refused. */
export const LOSS_METRICS = [
  'droppedPerSecond',
  'discardedPerSecond',
  'inDoubtPerSecond',
  'missedPerSecond',
  'refusedPerSecond',
] as const
export type LossMetric = (typeof LOSS_METRICS)[number]

export const PLUGIN_METRICS = [
  'eventsPerSecond',
  'errorsPerSecond',
  'errorRate60s',
  'memoryBytes',
  'cpuPercent',
  'p95Ms',
  'mailboxDepth',
  ...LOSS_METRICS,
] as const
export type PluginMetric = (typeof PLUGIN_METRICS)[number]

export const MANAGER_METRICS = [
  'eventsPerSecond',
  'errorsPerSecond',
  'errorRate60s',
  'memoryBytes',
  ...LOSS_METRICS,
] as const
export type ManagerMetric = (typeof MANAGER_METRICS)[number]

/** One moment: epoch milliseconds and a value per name; null is a gap. */
export interface Point<Name extends string = string> {
  readonly at: number
  readonly values: Readonly<Partial<Record<Name, number | null>>>
}

/** Columns of equal length: when, and what; null is a gap. */
export interface Series<Name extends string = string> {
  readonly at: readonly number[]
  readonly values: Readonly<Partial<Record<Name, readonly (number | null)[]>>>
}

/** Appends a point, in a new series of at most `limit` points. A name that appears or vanishes has gaps elsewhere. */
export function appendPoint<Name extends string>(
  series: Series<Name>,
  point: Point<Name>,
  limit = LIVE_SECONDS,
): Series<Name> {
  const from = Math.max(0, series.at.length + 1 - limit)
  const at = [...series.at.slice(from), point.at]
  const names = [...new Set([...Object.keys(series.values), ...Object.keys(point.values)])] as Name[]
  const columns = names.map((name): [Name, readonly (number | null)[]] => {
    const before = own(series.values, name)?.slice(from) ?? new Array<null>(at.length - 1).fill(null)
    return [name, [...before, own(point.values, name) ?? null]]
  })
  const kept = columns.filter(
    ([name, column]) => own(point.values, name) !== undefined || column.some((v) => v !== null),
  )
  return { at, values: fromNames(kept) }
}

/** A record's own member: topics and plugins may be named like members that every object has. */
export function own<T>(record: Readonly<Partial<Record<string, T>>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}

/** Defines each name as an own member, `__proto__` too. */
function fromNames<Name extends string, T>(entries: readonly (readonly [Name, T])[]): Partial<Record<Name, T>> {
  return Object.fromEntries(entries) as Partial<Record<Name, T>>
}
