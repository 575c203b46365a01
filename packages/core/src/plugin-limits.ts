import type { PluginLimits } from '@plugboard/plugin-sdk'
import { MAX_TIMER_MS, type Settings } from './manager-options.ts'
import { PluginError } from './plugin-error.ts'

export type Limits = Required<PluginLimits>

const NUMBERS = ['handleEventMs', 'mailboxCapacity', 'publishesPerSecond'] as const
const OVERFLOW: readonly unknown[] = ['drop-oldest', 'drop-newest'] satisfies PluginLimits['overflow'][]

/** What is wrong with limits that somebody wrote down. */
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

/**
 * The limits that hold for one plugin [IS1]: what the host demands for it, else the plugin's wish where that asks for no
 * more than the host gives everybody, else that.
 * @throws PluginError `OPTION_INVALID` for a demand that is no limit
 */
export function limitsOf(
  { wish = {}, demand = {} }: { readonly wish?: PluginLimits | undefined; readonly demand?: PluginLimits | undefined },
  { deadlines, mailboxCapacity, overflow, publishesPerSecond }: Settings,
): Limits {
  const [violation] = limitViolations(demand as Record<string, unknown>)
  if (violation) {
    const option = `limits.${violation.limit}`
    throw new PluginError('OPTION_INVALID', `the option ${option} ${violation.message}`, { option })
  }
  const given = { handleEventMs: deadlines.handleEventMs, mailboxCapacity, publishesPerSecond }
  const pick = (name: (typeof NUMBERS)[number]): number => {
    return demand[name] ?? Math.min(wish[name] ?? given[name], given[name])
  }
  return {
    handleEventMs: pick('handleEventMs'),
    mailboxCapacity: pick('mailboxCapacity'),
    publishesPerSecond: pick('publishesPerSecond'),
    overflow: demand.overflow ?? wish.overflow ?? overflow,
  }
}
