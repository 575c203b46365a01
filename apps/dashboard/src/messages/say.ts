import type {
  ErrorBrief,
  HealthReason,
  Operations,
  PlanView,
  TimelineView,
  UpdatePlanView,
  UpdateView,
} from '@plugboard/protocol'
import { createTranslator } from 'use-intl'
import type { Figures } from '@/format/figures'
import type { Locale } from '@/format/locale'

export type Violation = Operations['config.check']['output']['violations'][number]
type Step = PlanView['steps'][number]
type Gate = UpdatePlanView['gates'][number]
type UpdateStep = UpdatePlanView['steps'][number]

/** What the server says in English, by its codes, in another language. */
export interface Sayings {
  readonly error: Readonly<Record<string, string>>
  readonly reason: Readonly<Record<string, string>>
  readonly step: Readonly<Record<string, string>>
  readonly happening: Readonly<Record<string, string>>
  readonly violation: Readonly<Record<string, string>>
  readonly gate: Readonly<Record<string, string>>
  /** By the strategy and the step. */
  readonly updateStep: Readonly<Record<string, string>>
  readonly loses: Readonly<Record<string, string>>
  /** By the metric that decided. */
  readonly verdict: Readonly<Record<string, string>>
}

/**
 * What the server says, in the language of the board. Its English sentences are taken as they come; another language makes
 * its own from the code and the details. Where it has none for a code, the English one is better than nothing.
 */
export interface Say {
  readonly error: (error: ErrorBrief) => string
  readonly reason: (reason: HealthReason) => string
  readonly step: (step: Step) => string
  readonly happening: (entry: TimelineView) => string
  /** What a value needs; where it stands is said beside it. */
  readonly violation: (violation: Violation) => string
  /** Why an update waits for somebody to accept it. */
  readonly gate: (gate: Gate, plan: UpdatePlanView) => string
  readonly updateStep: (step: UpdateStep, plan: UpdatePlanView) => string
  /** What a step of an update loses; null: nothing. */
  readonly loses: (step: UpdateStep, plan: UpdatePlanView) => string | null
  /** What became of an update, and why; null while that is not known. */
  readonly verdict: (update: UpdateView) => string | null
}

type Values = Record<string, string | number>

export function sayIn(locale: Locale, sayings: Sayings | null, figures: Figures): Say {
  const fill = (group: keyof Sayings, code: string, values: Values): string | null => {
    if (sayings === null || !Object.hasOwn(sayings[group], code)) return null
    let isWhole = true
    const translate = createTranslator({
      locale,
      messages: { text: sayings[group][code]! },
      onError: () => {
        isWhole = false
      },
    })
    const text = translate('text', values)
    return isWhole ? text : null
  }
  /** `{ place: { line: 7 } }` as `place_line`, text also as `…_case`; what is an error is said as one. */
  const valuesOf = (details: unknown, prefix = ''): Values => {
    if (typeof details !== 'object' || details === null) return {}
    const values: Values = {}
    for (const [key, value] of Object.entries(details as Readonly<Record<string, unknown>>)) {
      const name = `${prefix}${key}`
      if (typeof value === 'number') values[name] = written(key, value, figures)
      else if (typeof value === 'string') {
        values[name] = value
        // The cases of a `select` cannot have hyphens.
        values[`${name}_case`] = value.replaceAll('-', '_')
      } else if (Array.isArray(value)) {
        values[name] = figures.list(value.map(shown))
        values[`${name}_count`] = value.length
      } else if (typeof value === 'object' && value !== null) {
        Object.assign(values, valuesOf(value, `${name}_`), isError(value) && { [name]: causeOf(value) })
      } else values[name] = value === null ? 'none' : JSON.stringify(value)
    }
    return values
  }
  const withPlace = (violation: Violation): string => `${violation.pointer} ${say.violation(violation)}`.trim()
  // Within another error it is none of the server, but one that has no code.
  const causeOf = (cause: ErrorBrief): string => (cause.code === 'INTERNAL' ? cause.message : error(cause))
  const error: Say['error'] = ({ code, message, details }) => {
    const told = withSaid(details, withPlace)
    return fill('error', code, { place_native: 'none', ...valuesOf(told) }) ?? message
  }
  const say: Say = {
    error,
    reason: ({ code, message, details }) => fill('reason', code, valuesOf(details)) ?? message,
    step: ({ code, reason, details }) => fill('step', code, valuesOf(details)) ?? reason,
    happening: ({ code, title, actor, detail }) =>
      (code && fill('happening', code, { actor: actor ?? '', ...valuesOf(detail) })) || title,
    violation: ({ pointer, rule, message, params }) =>
      fill('violation', rule, valuesOf(params)) ?? withoutPlace(message, pointer),
    gate: ({ code, message, details }, { to }) =>
      fill('gate', code, { version_to: to, ...valuesOf(details) }) ?? message,
    updateStep: ({ code, reason }, { from, to, strategy, watchMs }) => {
      const time = watchMs === null ? 'none' : figures.duration(watchMs / 1_000)
      // Where both have the same version, it takes more than that to tell them apart.
      const of = (which: 'former' | 'new', version: string): string =>
        (from === to && fill('updateStep', `${which}-version`, { version })) || version
      const isBack = code === 'go-back'
      const versions = { from: of(isBack ? 'new' : 'former', from), to: of(isBack ? 'former' : 'new', to) }
      return fill('updateStep', `${strategy}-${code}`, { ...versions, time }) ?? reason
    },
    loses: ({ code, loses }, { from, to, strategy }) =>
      loses && (fill('loses', `${strategy}-${code}`, { from, to }) ?? loses),
    verdict: ({ from, to, verdict, metrics }) =>
      verdict &&
      (fill('verdict', verdict.error ? 'error' : verdict.metric, {
        from,
        to,
        result: verdict.result,
        ...valuesOf(metrics && { before: withShares(metrics.before), after: withShares(metrics.after) }),
        ...(verdict.error && { error: error(verdict.error) }),
      }) ??
        verdict.message),
  }
  return say
}

/** What is compared of a version. */
function withShares<Metrics extends NonNullable<UpdateView['metrics']>['after']>(
  metrics: Metrics,
): Metrics & { readonly errorRate: number; readonly droppedRate: number } {
  const { handled, failed, accepted, dropped } = metrics
  return { ...metrics, errorRate: failed / Math.max(1, handled), droppedRate: dropped / Math.max(1, accepted) }
}

/** Details with their violations as sentences: they are a list of them, or hold one. */
function withSaid(details: unknown, said: (violation: Violation) => string): unknown {
  if (Array.isArray(details)) return { violations: (details as Violation[]).map(said) }
  const { violations } = (details ?? {}) as { readonly violations?: unknown }
  return Array.isArray(violations)
    ? { ...(details as object), violations: (violations as Violation[]).map(said) }
    : details
}

function withoutPlace(message: string, pointer: string): string {
  return message.startsWith(`${pointer} `) ? message.slice(pointer.length + 1) : message
}

function isError(value: object): value is ErrorBrief {
  return 'code' in value && 'message' in value && 'details' in value
}

/** A quantity by the unit that its name ends with. */
function written(key: string, value: number, figures: Figures): string | number {
  if (/bytes$/i.test(key)) return figures.bytes(value)
  if (key.endsWith('Rate')) return figures.percent(value)
  return key.endsWith('Ms') ? figures.ms(value) : value
}

function shown(value: unknown): string {
  if (typeof value === 'string') return value
  // An unmet dependency is shown by its `id` and range, a permission by its `name`.
  if (typeof value === 'object' && value !== null) {
    const { id, range, name } = value as { id?: unknown; range?: unknown; name?: unknown }
    if (typeof id === 'string') return typeof range === 'string' ? `${id} ${range}` : id
    if (typeof name === 'string') return name
  }
  return JSON.stringify(value)
}
