const grouped = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const ABSENT = '–'

/** 1,284 */
export function formatCount(value: number | null | undefined): string {
  return value === null || value === undefined ? ABSENT : grouped.format(value)
}

/** 1,284 · 12.4 · 0.3 */
export function formatRate(value: number | null | undefined): string {
  if (value === null || value === undefined) return ABSENT
  return value >= 100 ? grouped.format(value) : value.toFixed(1)
}

/** A share 0…1 as 0.42 % */
export function formatPercent(share: number | null | undefined): string {
  if (share === null || share === undefined) return ABSENT
  const percent = share * 100
  if (Number.isInteger(percent)) return `${percent} %`
  return `${percent >= 10 ? percent.toFixed(1) : percent.toFixed(2)} %`
}

/** 48.3 MB, in powers of 1,024 */
export function formatBytes(bytes: number | null | undefined): string {
  if (bytes === null || bytes === undefined) return ABSENT
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 0
  while (value >= 1_024 && unit < units.length - 1) {
    value /= 1_024
    unit += 1
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`
}

/** 12.4 ms · 1.2 s · 350 µs */
export function formatMs(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return ABSENT
  if (ms >= 1_000) return `${(ms / 1_000).toFixed(1)} s`
  if (ms >= 1) return `${ms.toFixed(1)} ms`
  return `${Math.round(ms * 1_000)} µs`
}

/** 3 d 4 h · 4 h 12 m · 12 m 30 s · 42 s */
export function formatDuration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return ABSENT
  const whole = Math.max(0, Math.floor(seconds))
  const [d, h, m, s] = [
    Math.floor(whole / 86_400),
    Math.floor(whole / 3_600) % 24,
    Math.floor(whole / 60) % 60,
    whole % 60,
  ]
  if (d > 0) return `${d} d ${h} h`
  if (h > 0) return `${h} h ${m} m`
  if (m > 0) return `${m} m ${s} s`
  return `${s} s`
}

/** 14:03:22, by this machine's time zone */
export function formatClock(at: number): string {
  const date = new Date(at)
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':')
}

/** The whole moment, for a title that shows on hover. */
export function formatMoment(at: number): string {
  return new Date(at).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium' })
}
