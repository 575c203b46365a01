import type { ErrorBrief } from '../errors/error-brief.ts'
import type { RecentFlow } from '../accounting/flow-window.ts'
import type { PluginState } from './state.ts'

/** What each reason says in `details`. */
export interface ReasonDetails {
  error: { readonly error: ErrorBrief | null }
  /** It has failed a short while ago, and runs again. */
  'failed-lately': { readonly failures: number; readonly error: ErrorBrief | null }
  'crash-loop': {
    readonly failures: number
    readonly error: ErrorBrief | null
    /** Whether it is started again: it was, it will be, or it is not. */
    readonly restart: 'done' | 'due' | 'none'
  }
  stalled: { readonly silentMs: number }
  /** It says so of itself. */
  degraded: { readonly said: string }
  'error-rate': { /** 0…1, since its start. */ readonly errorRate: number }
  'near-error-limit': { readonly errors: number; readonly limit: number }
  /** Bytes to the mebibyte. */
  'mailbox-full': {
    readonly depth: number
    readonly capacity: number
    readonly bytes: number
    readonly capacityBytes: number
  }
  /** Its queue is full, so events are dropped. Rates of the last minute, to two digits. */
  'dropping-events': {
    readonly arrivesPerSecond: number
    readonly handlesPerSecond: number
    readonly dropsPerSecond: number
    /** Epoch milliseconds. */
    readonly since: number
  }
  /**
   * Of the last minute, to two digits: queued events that were discarded, events whose result is unknown, and events
   * that were published while it was not running.
   */
  'lost-events': { readonly discarded: number; readonly inDoubt: number; readonly missed: number }
  /** Of the last minute, to two digits. */
  'publishes-refused': { readonly refused: number }
  /** Of the last minute, to two digits: dead letters that were deleted to make room for newer ones. */
  'dead-letters-evicted': { readonly evicted: number }
  /** Where secrets of its config stood, by JSON pointer, that were stored with another key. */
  'secrets-lost': { readonly lost: readonly string[] }
  /** To the megabyte: a reason that changes each second is told each second. */
  'near-memory-limit': { readonly usedBytes: number; readonly budgetBytes: number }
  'dependency-down': { readonly id: string; readonly state: PluginState }
  /** What it needs was restarted in a version that does not do: its own next start is refused. */
  'dependency-changed': { readonly id: string; readonly range: string; readonly found: string }
}

export type ReasonCode = keyof ReasonDetails

/** One thing about a plugin's health, as a sentence and as what that is made of. */
export type HealthReason = {
  [Code in ReasonCode]: {
    readonly code: Code
    readonly level: 'bad' | 'warning'
    /** One plain sentence. */
    readonly message: string
    readonly details: ReasonDetails[Code]
  }
}[ReasonCode]

export interface PluginHealth {
  readonly pluginId: string
  readonly state: PluginState
  /** Since it last became active; 0 when it is not. */
  readonly uptimeSeconds: number
  /** Failed of processed events since this instance began, 0…1. */
  readonly errorRate: number
  /** Null if it is unknown: inline, not running, or no /proc. */
  readonly memoryUsageBytes: number | null
  readonly eventsProcessed: number
  readonly isHealthy: boolean
  readonly reasons: readonly HealthReason[]
}

export interface HealthInput {
  readonly id: string
  readonly state: PluginState
  /** In milliseconds; null when it is not active. */
  readonly activeForMs: number | null
  readonly eventsProcessed: number
  readonly errorCount: number
  readonly errorsTowardLimit: number
  readonly errorLimit: number
  readonly memoryUsageBytes: number | null
  readonly memoryBudgetBytes: number
  readonly mailboxDepth: number
  readonly mailboxCapacity: number
  readonly mailboxBytes: number
  readonly mailboxCapacityBytes: number
  readonly lastMinute: RecentFlow
  readonly lastError: ErrorBrief | null
  /** It has given no sign of life for 3 s. */
  readonly isSilent: boolean
  /** Why it says that it is degraded; null: it does not. */
  readonly degraded: string | null
  /** Where secrets of its config are lost, by JSON pointer. */
  readonly lostSecrets: readonly string[]
  /** How often it has failed without a healthy time in between. */
  readonly failuresInRow: number
  readonly nextRestartAt: number | null
  readonly dependenciesDown: readonly { readonly id: string; readonly state: PluginState }[]
  readonly dependenciesChanged: readonly ReasonDetails['dependency-changed'][]
}

/** From this many failures in a row, a plugin counts as being in a crash loop. */
const CRASH_LOOP = 3

const MEGABYTE = 1_048_576

/** Figures as the sentences of this file have them. */
const inEnglish = new Intl.NumberFormat('en')

/** An error rate from here on is unhealthy. */
export const UNHEALTHY_ERROR_RATE = 0.1

/** Healthy is exactly: active, and fewer than 10 % of its events failed [HL1.a]. The reasons say what to look at. */
export function judgeHealth(input: HealthInput): PluginHealth {
  const errorRate = input.eventsProcessed === 0 ? 0 : input.errorCount / input.eventsProcessed
  const active = input.state === 'active'
  return {
    pluginId: input.id,
    state: input.state,
    uptimeSeconds: active ? (input.activeForMs ?? 0) / 1_000 : 0,
    errorRate,
    memoryUsageBytes: input.memoryUsageBytes,
    eventsProcessed: input.eventsProcessed,
    isHealthy: active && errorRate < UNHEALTHY_ERROR_RATE,
    reasons: reasonsOf(input, errorRate),
  }
}

function reasonsOf(input: HealthInput, errorRate: number): HealthReason[] {
  const reasons: HealthReason[] = []
  if (input.state === 'error') reasons.push(inError(input.lastError))
  if (input.failuresInRow >= CRASH_LOOP) reasons.push(crashLoop(input))
  if (input.lostSecrets.length > 0) reasons.push(secretsLost(input.lostSecrets))
  if (input.state !== 'active') return [...reasons, ...lossReasons(input.lastMinute)]
  if (input.failuresInRow > 0 && input.failuresInRow < CRASH_LOOP) reasons.push(failedLately(input))

  const { errorsTowardLimit, errorLimit, memoryUsageBytes, memoryBudgetBytes } = input
  if (input.isSilent) reasons.push(STALLED)
  if (input.degraded !== null) reasons.push(degraded(input.degraded))
  if (errorRate >= UNHEALTHY_ERROR_RATE) reasons.push(highErrorRate(errorRate))
  if (errorsTowardLimit * 2 > errorLimit) reasons.push(nearErrorLimit(errorsTowardLimit, errorLimit))
  // What is lost says more than that the queue is full.
  reasons.push(...lossReasons(input.lastMinute))
  if (isMailboxFull(input)) reasons.push(mailboxFull(input))
  if (memoryUsageBytes !== null && memoryUsageBytes * 10 >= memoryBudgetBytes * 9) {
    reasons.push(nearMemoryLimit(memoryUsageBytes, memoryBudgetBytes))
  }
  for (const dependency of input.dependenciesDown) reasons.push(dependencyDown(dependency))
  for (const dependency of input.dependenciesChanged) reasons.push(dependencyChanged(dependency))
  return reasons
}

const STALLED: HealthReason = {
  code: 'stalled',
  level: 'bad',
  message: 'No response for 3 s or more.',
  details: { silentMs: 3_000 },
}

function degraded(said: string): HealthReason {
  const message = said === '' ? 'The plugin reports that it is degraded.' : said
  return { code: 'degraded', level: 'warning', message, details: { said: message } }
}

function secretsLost(lost: readonly string[]): HealthReason {
  const message = `Secrets of its config are lost with their key: set ${lost.join(', ')} again.`
  return { code: 'secrets-lost', level: 'warning', message, details: { lost } }
}

function inError(error: ErrorBrief | null): HealthReason {
  return {
    code: 'error',
    level: 'bad',
    message: error?.message ?? 'The plugin is in error.',
    details: { error: error && briefly(error) },
  }
}

function failedLately({ failuresInRow: failures, lastError }: HealthInput): HealthReason {
  const often = failures === 1 ? 'after a failure' : `after ${failures} failures`
  const message = `Restarted ${often}. ${lastError?.message ?? ''}`.trim()
  const error = lastError && briefly(lastError)
  return { code: 'failed-lately', level: 'warning', message, details: { failures, error } }
}

function crashLoop({ state, failuresInRow: failures, nextRestartAt, lastError }: HealthInput): HealthReason {
  const failed = `${failures} failures with only short runs between them`
  const details = { failures, error: lastError && briefly(lastError) }
  if (state !== 'error') {
    const message = `Restarted after ${failed}. ${lastError?.message ?? ''}`.trim()
    return { code: 'crash-loop', level: 'warning', message, details: { ...details, restart: 'done' } }
  }
  if (nextRestartAt === null) {
    const message = `${failed}. There is no automatic restart.`
    return { code: 'crash-loop', level: 'bad', message, details: { ...details, restart: 'none' } }
  }
  const message = `${failed}. The next restart is scheduled.`
  return { code: 'crash-loop', level: 'bad', message, details: { ...details, restart: 'due' } }
}

/** Drops all fields of a last error except code, message and details. */
function briefly({ code, message, details }: ErrorBrief): ErrorBrief {
  return { code, message, details }
}

function highErrorRate(errorRate: number): HealthReason {
  const message = `${(errorRate * 100).toFixed(1)} % of its events failed since it started.`
  return { code: 'error-rate', level: 'bad', message, details: { errorRate: Number(errorRate.toFixed(3)) } }
}

function nearErrorLimit(errors: number, limit: number): HealthReason {
  const message = `${errors} errors; stops at ${limit + 1}.`
  return { code: 'near-error-limit', level: 'warning', message, details: { errors, limit } }
}

function isMailboxFull(input: HealthInput): boolean {
  const { mailboxDepth, mailboxCapacity, mailboxBytes, mailboxCapacityBytes } = input
  return mailboxDepth * 10 >= mailboxCapacity * 9 || mailboxBytes * 10 >= mailboxCapacityBytes * 9
}

function mailboxFull({ mailboxDepth: depth, mailboxCapacity: capacity, ...input }: HealthInput): HealthReason {
  const [bytes, capacityBytes] = [input.mailboxBytes, input.mailboxCapacityBytes].map(
    (value) => Math.round(value / MEGABYTE) * MEGABYTE,
  ) as [number, number]
  const size = `${bytes / MEGABYTE} of ${capacityBytes / MEGABYTE} MB`
  const message = `Queue at ${inEnglish.format(depth)} of ${inEnglish.format(capacity)} events, ${size}: the plugin cannot keep up.`
  return { code: 'mailbox-full', level: 'warning', message, details: { depth, capacity, bytes, capacityBytes } }
}

function lossReasons({ seconds, droppingSince, ...counts }: RecentFlow): HealthReason[] {
  const reasons: HealthReason[] = []
  if (droppingSince !== null && seconds > 0) {
    const perSecond = (count: number): number => twoDigits(count / seconds)
    const details = {
      arrivesPerSecond: perSecond(counts.accepted),
      handlesPerSecond: perSecond(counts.processed),
      dropsPerSecond: perSecond(counts.dropped),
      since: droppingSince,
    }
    const { arrivesPerSecond: arrives, handlesPerSecond: handles, dropsPerSecond: drops } = details
    const [arriving, handled, dropped] = [arrives, handles, drops].map((rate) => inEnglish.format(rate))
    const message = `${arriving} events/s arrive, ${handled}/s are handled, ${dropped}/s are dropped.`
    reasons.push({ code: 'dropping-events', level: 'warning', message, details })
  }
  const [discarded, inDoubt, missed] = [counts.discarded, counts.inDoubt, counts.missed].map(twoDigits) as [
    number,
    number,
    number,
  ]
  if (discarded + inDoubt + missed > 0) {
    const parts = [
      ...(discarded > 0 ? [`${inEnglish.format(discarded)} queued events were discarded`] : []),
      ...(inDoubt > 0 ? [`${inEnglish.format(inDoubt)} have an unknown result`] : []),
      ...(missed > 0 ? [`${inEnglish.format(missed)} were published while it was not running`] : []),
    ]
    const message = `Events of the last minute: ${parts.join(', ')}.`
    reasons.push({ code: 'lost-events', level: 'warning', message, details: { discarded, inDoubt, missed } })
  }
  const evicted = twoDigits(counts.evicted)
  if (evicted > 0) {
    const message = `In the last minute ${inEnglish.format(evicted)} of its dead letters were deleted to make room for newer ones.`
    reasons.push({ code: 'dead-letters-evicted', level: 'warning', message, details: { evicted } })
  }
  const refused = twoDigits(counts.refused)
  if (refused > 0) {
    const message = `In the last minute ${inEnglish.format(refused)} of its publications were refused.`
    reasons.push({ code: 'publishes-refused', level: 'warning', message, details: { refused } })
  }
  return reasons
}

/** A reason that changes with each event is told each second. */
function twoDigits(value: number): number {
  return Number(value.toPrecision(2))
}

function nearMemoryLimit(usedBytes: number, budgetBytes: number): HealthReason {
  const [used, budget] = [Math.round(usedBytes / MEGABYTE), Math.round(budgetBytes / MEGABYTE)]
  const details = { usedBytes: used * MEGABYTE, budgetBytes }
  return { code: 'near-memory-limit', level: 'warning', message: `Memory at ${used} of ${budget} MB.`, details }
}

function dependencyDown({ id, state }: HealthInput['dependenciesDown'][number]): HealthReason {
  const message = `Depends on ${id}, which is ${state === 'unloaded' ? 'not loaded' : `in state ${state}`}.`
  return { code: 'dependency-down', level: 'warning', message, details: { id, state } }
}

function dependencyChanged(details: ReasonDetails['dependency-changed']): HealthReason {
  const { id, range, found } = details
  const message = `Needs ${id} ${range}, but ${found} was started meanwhile: its own next start will be refused.`
  return { code: 'dependency-changed', level: 'warning', message, details }
}
