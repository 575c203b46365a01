import type { PluginState } from './plugin-state.ts'

export interface HealthReason {
  readonly code: string
  readonly level: 'bad' | 'warning'
  /** One plain sentence. */
  readonly message: string
}

export interface PluginHealth {
  readonly pluginId: string
  readonly state: PluginState
  /** Since it last became active; 0 when it is not. */
  readonly uptimeSeconds: number
  /** Failed of processed events since this instance began, 0…1. */
  readonly errorRate: number
  /** Null where it cannot be told: inline, not running, or no /proc. */
  readonly memoryUsageBytes: number | null
  readonly eventsProcessed: number
  readonly isHealthy: boolean
  readonly reasons: readonly HealthReason[]
}

export interface HealthInput {
  readonly id: string
  readonly state: PluginState
  readonly activeSince: number | null
  readonly now: number
  readonly eventsProcessed: number
  readonly errorCount: number
  readonly errorsTowardLimit: number
  readonly errorLimit: number
  readonly memoryUsageBytes: number | null
  readonly memoryBudgetBytes: number
  readonly mailboxDepth: number
  readonly mailboxCapacity: number
  readonly lastErrorMessage: string | null
  /** It has given no sign of life for 3 s. */
  readonly isSilent: boolean
  /** How often it has failed without a healthy time in between. */
  readonly failuresInRow: number
  readonly nextRestartAt: number | null
  readonly dependenciesDown: readonly { readonly id: string; readonly state: PluginState }[]
}

/** So many failures in a row, and a plugin is said to be in a crash loop. */
const CRASH_LOOP = 3

/** An error rate from here on is unhealthy. */
export const UNHEALTHY_ERROR_RATE = 0.1

/** Healthy is exactly: active, and fewer than 10 % of its events failed [HL1]. The reasons say what to look at. */
export function judgeHealth(input: HealthInput): PluginHealth {
  const errorRate = input.eventsProcessed === 0 ? 0 : input.errorCount / input.eventsProcessed
  const active = input.state === 'active'
  return {
    pluginId: input.id,
    state: input.state,
    uptimeSeconds: active && input.activeSince !== null ? Math.max(0, (input.now - input.activeSince) / 1_000) : 0,
    errorRate,
    memoryUsageBytes: input.memoryUsageBytes,
    eventsProcessed: input.eventsProcessed,
    isHealthy: active && errorRate < UNHEALTHY_ERROR_RATE,
    reasons: reasonsOf(input, errorRate),
  }
}

function reasonsOf(input: HealthInput, errorRate: number): HealthReason[] {
  const reasons: HealthReason[] = []
  if (input.state === 'error') {
    reasons.push({ code: 'error', level: 'bad', message: input.lastErrorMessage ?? 'The plugin is in error.' })
  }
  if (input.failuresInRow >= CRASH_LOOP) reasons.push(crashLoop(input))
  if (input.state !== 'active') return reasons

  if (input.isSilent) {
    reasons.push({ code: 'stalled', level: 'bad', message: 'It has given no sign of life for 3 s or more.' })
  }
  if (errorRate >= UNHEALTHY_ERROR_RATE) {
    const share = (errorRate * 100).toFixed(errorRate < 0.1 ? 2 : 1)
    reasons.push({ code: 'error-rate', level: 'bad', message: `${share} % of its events failed since it started.` })
  }
  if (input.errorsTowardLimit * 2 > input.errorLimit) {
    const message = `${input.errorsTowardLimit} of ${input.errorLimit} tolerated errors: one more than ${input.errorLimit} stops it.`
    reasons.push({ code: 'near-error-limit', level: 'warning', message })
  }
  if (input.mailboxDepth * 10 >= input.mailboxCapacity * 9) {
    const message = `Its mailbox holds ${input.mailboxDepth} of ${input.mailboxCapacity} events: it cannot keep up.`
    reasons.push({ code: 'mailbox-full', level: 'warning', message })
  }
  if (input.memoryUsageBytes !== null && input.memoryUsageBytes * 10 >= input.memoryBudgetBytes * 9) {
    const megabytes = (bytes: number): string => (bytes / 1_048_576).toFixed(0)
    const message = `It uses ${megabytes(input.memoryUsageBytes)} of ${megabytes(input.memoryBudgetBytes)} MB.`
    reasons.push({ code: 'near-memory-limit', level: 'warning', message })
  }
  for (const { id, state } of input.dependenciesDown) {
    const message = `It needs ${id}, which is ${state === 'unloaded' ? 'not loaded' : `in state ${state}`}.`
    reasons.push({ code: 'dependency-down', level: 'warning', message })
  }
  return reasons
}

function crashLoop({ state, failuresInRow, nextRestartAt }: HealthInput): HealthReason {
  const failed = `It has failed ${failuresInRow} times in a row`
  if (state !== 'error') return { code: 'crash-loop', level: 'warning', message: `${failed} and was started again.` }
  const next = nextRestartAt === null ? 'and is not started again by itself.' : 'and is started again after a while.'
  return { code: 'crash-loop', level: 'bad', message: `${failed} ${next}` }
}
