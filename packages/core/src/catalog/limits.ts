import type { PluginLimits } from '@plugboard/plugin-sdk'
import { PluginError } from '../errors/plugin-error.ts'
import { MAX_TIMER_MS } from '../util/timer.ts'

export type Limits = Required<PluginLimits>

const NUMBERS = ['handleEventMs', 'mailboxCapacity', 'mailboxBytes', 'publishesPerSecond'] as const
const OVERFLOW: readonly unknown[] = ['drop-oldest', 'drop-newest'] satisfies PluginLimits['overflow'][]

/** The violations of given limits. */
export function limitViolations(limits: Readonly<Record<string, unknown>>): { limit: string; message: string }[] {
  return Object.entries(limits).flatMap(([limit, value]) => {
    if (limit === 'overflow') {
      return OVERFLOW.includes(value) ? [] : [{ limit, message: 'must be drop-oldest or drop-newest' }]
    }
    if (!(NUMBERS as readonly string[]).includes(limit)) return [{ limit, message: 'is no limit of a plugin' }]
    if (limit === 'handleEventMs' && Number(value) > MAX_TIMER_MS)
      return [{ limit, message: `must be at most ${MAX_TIMER_MS}` }]
    return Number.isSafeInteger(value) && (value as number) >= 1
      ? []
      : [{ limit, message: 'must be a whole number from 1 on' }]
  })
}

/** What a host gives every plugin. */
export interface GeneralLimits extends Omit<Limits, 'handleEventMs'> {
  readonly deadlines: { readonly handleEventMs: number }
}

/**
 * The limits of one plugin [IS1.b]: the host's override, or else the smaller of the plugin's request and the host's
 * general limit. A request for `overflow` always applies unless overridden.
 * @throws PluginError `OPTION_INVALID` for an override that is no limit
 */
export function limitsOf(
  {
    requested = {},
    override = {},
  }: {
    readonly requested?: PluginLimits | undefined
    readonly override?: PluginLimits | undefined
  },
  { deadlines, mailboxCapacity, mailboxBytes, overflow, publishesPerSecond }: GeneralLimits,
): Limits {
  const [violation] = limitViolations(override as Record<string, unknown>)
  if (violation) {
    const option = `limits.${violation.limit}`
    throw new PluginError('OPTION_INVALID', `the option ${option} ${violation.message}`, { option })
  }
  const given = { handleEventMs: deadlines.handleEventMs, mailboxCapacity, mailboxBytes, publishesPerSecond }
  const pick = (name: (typeof NUMBERS)[number]): number => {
    return override[name] ?? Math.min(requested[name] ?? given[name], given[name])
  }
  return {
    handleEventMs: pick('handleEventMs'),
    mailboxCapacity: pick('mailboxCapacity'),
    mailboxBytes: pick('mailboxBytes'),
    publishesPerSecond: pick('publishesPerSecond'),
    overflow: override.overflow ?? requested.overflow ?? overflow,
  }
}
