import type { Locale } from './locale'

type Figure = number | null | undefined

/** How figures and times are written in one language; what is not known is a dash. Functions, so that they can be handed on. */
export interface Figures {
  /** 1,284 */
  readonly count: (value: Figure) => string
  /** So many digits behind the point: 1,284.50 */
  readonly decimal: (value: number, digits: number) => string
  /** 1,284 · 12.4 · 0.3 */
  readonly rate: (value: Figure) => string
  /** A share 0…1 as 0.42 % */
  readonly percent: (share: Figure) => string
  /** A value 0…100 as 4.2 % */
  readonly points: (percent: Figure) => string
  /** 48.3 MB, in powers of 1,024 */
  readonly bytes: (bytes: Figure) => string
  /** Without rounding, shown on hover: 50,589,696 B · 0.4167 % */
  readonly exact: (value: Figure, unit: string) => string
  /** 12.4 ms · 1.2 s · 350 µs */
  readonly ms: (ms: Figure) => string
  /** Seconds as 3 d 4 h · 4 h 12 m · 12 m 30 s · 42 s */
  readonly duration: (seconds: Figure) => string
  /** Minutes in one unit, as a choice has them: 5 m · 1.5 h · 24 h · 7 d */
  readonly period: (minutes: number) => string
  /** Epoch milliseconds as 14:03:22, by this machine's time zone */
  readonly clock: (at: number) => string
  /** 14:03 */
  readonly clockMinutes: (at: number) => string
  /** 25 Nov; with its year where that is another one: 25 Nov 2099 */
  readonly date: (at: number) => string
  /** 14:03:22 of today, else with its day. */
  readonly when: (at: number) => string
  /** 25 Nov, 14:03:22 */
  readonly day: (at: number) => string
  /** 14:03:22 – 14:05:00, with their days where these are others than today */
  readonly span: (from: number, to: number) => readonly [from: string, to: string]
  /** The whole moment, for a title that shows on hover. */
  readonly moment: (at: number) => string
  /** Names one after the other: a, b, c */
  readonly list: (names: Iterable<string>) => string
}

const ABSENT = '–'
const DURATION_UNITS = { en: ['d', 'h', 'm', 's'], 'zh-CN': ['天', '小时', '分', '秒'] } as const
const PERIOD_UNITS = { en: ['d', 'h', 'm'], 'zh-CN': ['天', '小时', '分钟'] } as const
const DAY_MINUTES = 1_440
const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB']

const known = new Map<Locale, Figures>()

/** The same object for the same language. */
export function figuresIn(locale: Locale): Figures {
  const figures = known.get(locale) ?? makeFigures(locale)
  known.set(locale, figures)
  return figures
}

function makeFigures(locale: Locale): Figures {
  // British English: 25 Nov and 24 hours.
  const tag = locale === 'en' ? 'en-GB' : locale
  const decimals = [0, 1, 2, 3, 4].map((digits) =>
    lazily(() => new Intl.NumberFormat(tag, { minimumFractionDigits: digits, maximumFractionDigits: digits })),
  )
  const number = (value: number, digits: 0 | 1 | 2): string => decimals[digits]!().format(value)
  const whole = lazily(() => new Intl.NumberFormat(tag, { maximumSignificantDigits: 12 }))
  const times = (options: Intl.DateTimeFormatOptions) => lazily(() => new Intl.DateTimeFormat(tag, options))
  const time = times({ hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false })
  const shortTime = times({ hour: '2-digit', minute: '2-digit', hour12: false })
  const date = times({ day: 'numeric', month: 'short' })
  const dateOfYear = times({ day: 'numeric', month: 'short', year: 'numeric' })
  const day = times({
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hour12: false,
  })
  const moment = times({ dateStyle: 'medium', timeStyle: 'medium' })
  const list = lazily(() => new Intl.ListFormat(tag, { type: 'conjunction', style: 'narrow' }))
  const orAbsent =
    (format: (value: number) => string) =>
    (value: Figure): string =>
      value === null || value === undefined ? ABSENT : format(value)

  return {
    count: orAbsent((value) => number(value, 0)),
    decimal: (value, digits) => decimals[digits]!().format(value),
    rate: orAbsent((value) => number(value, value >= 100 ? 0 : 1)),
    percent: orAbsent((share) => {
      // 99.97 % is not 100 %.
      const percent = share < 1 ? Math.min(share * 100, 99.9) : share * 100
      return `${number(percent, Number.isInteger(percent) ? 0 : percent >= 10 ? 1 : 2)} %`
    }),
    points: orAbsent((percent) => `${number(percent, 1)} %`),
    bytes: orAbsent((bytes) => {
      const power = bytes < 1_024 ? 0 : Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log2(bytes) / 10))
      return `${number(bytes / 1_024 ** power, power === 0 ? 0 : 1)} ${BYTE_UNITS[power]}`
    }),
    exact: (value, unit) => (value == null ? ABSENT : `${whole().format(value)} ${unit}`),
    ms: orAbsent((ms) => {
      if (ms >= 1_000) return `${number(ms / 1_000, 1)} s`
      return ms >= 1 ? `${number(ms, 1)} ms` : `${number(ms * 1_000, 0)} µs`
    }),
    duration: orAbsent((seconds) => formatDuration(seconds, DURATION_UNITS[locale])),
    period: (minutes) => formatPeriod(minutes, PERIOD_UNITS[locale]),
    clock: (at) => time().format(at),
    when: (at) => (isToday(at) ? time : day)().format(at),
    clockMinutes: (at) => shortTime().format(at),
    date: (at) => (isThisYear(at) ? date : dateOfYear)().format(at),
    day: (at) => day().format(at),
    span: (from, to) => {
      const format = isToday(from) && isToday(to) ? time() : day()
      return [format.format(from), format.format(to)]
    },
    moment: (at) => moment().format(at),
    list: (names) => list().format(names),
  }
}

function isToday(at: number): boolean {
  return new Date(at).toDateString() === new Date().toDateString()
}

function isThisYear(at: number): boolean {
  return new Date(at).getFullYear() === new Date().getFullYear()
}

/** Makes it when it is first asked for: a formatter takes a browser milliseconds to make, and a page has use for few of them. */
function lazily<T>(make: () => T): () => T {
  let made: T | undefined
  return () => (made ??= make())
}

/** The two largest units that are not zero in front. */
function formatDuration(seconds: number, units: readonly [string, string, string, string]): string {
  const whole = Math.max(0, Math.floor(seconds))
  const parts = [Math.floor(whole / 86_400), Math.floor(whole / 3_600) % 24, Math.floor(whole / 60) % 60, whole % 60]
  const first = Math.min(
    3,
    Math.max(
      0,
      parts.findIndex((part) => part > 0),
    ),
  )
  const largest = whole === 0 ? 3 : first
  return parts
    .slice(largest, largest + 2)
    .map((part, index) => `${part} ${units[largest + index]}`)
    .join(' ')
}

/** At most one digit behind the point. A whole day is still 24 hours. */
function formatPeriod(minutes: number, [days, hours, small]: readonly [string, string, string]): string {
  const [length, unit] = minutes < 60 ? [1, small] : minutes <= DAY_MINUTES ? [60, hours] : [DAY_MINUTES, days]
  return `${Math.round((minutes / length) * 10) / 10} ${unit}`
}
