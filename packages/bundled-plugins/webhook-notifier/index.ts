import { join } from 'node:path'
import { definePlugin, type PluginContext } from '@plugboard/plugin-sdk'
import { Outbox, type Notification } from './outbox.ts'
import { signatureOf } from './signature.ts'

export type WebhookConfig = {
  readonly url: string
  readonly secret?: string
  readonly timeoutSeconds: number
  readonly giveUpAfterHours: number
}

const FIRST_DELAY_MS = 1_000
const MAX_DELAY_MS = 300_000
const HOUR_MS = 3_600_000

/**
 * What an attempt came to: taken; refused for good, so that another attempt would be refused as well; or what to wait for
 * before the next one.
 */
type Attempt =
  | { readonly result: 'taken' }
  | { readonly result: 'refused'; readonly reason: string }
  | { readonly result: 'not-now'; readonly reason: string; readonly waitMs: number | null }

/** Answers below 500 that a later attempt may change: time-out, too early, too many. */
const NOT_NOW = [408, 425, 429]

/**
 * Posts alerts and failures to a URL, the oldest first, until the receiver accepts them. One that the receiver refuses for
 * good becomes a dead letter and holds up no other.
 */
export default definePlugin<WebhookConfig>(() => {
  let context: PluginContext<WebhookConfig>
  let outbox: Outbox
  let delivering: Promise<void> | undefined
  let wake: () => void = () => {}
  let delivered = 0
  let attempts = 0
  let givenUp = 0
  let refused = 0
  let lastFailure: string | null = null

  async function deliverAll(): Promise<void> {
    let failures = 0
    for (let next = await outbox.first(); next && !context.signal.aborted; next = await outbox.first()) {
      const attempt = await post(next)
      if (attempt.result === 'taken') {
        delivered += 1
        failures = 0
        lastFailure = null
        context.health.report('ok')
        await outbox.remove(next.name)
        continue
      }
      if (context.signal.aborted) return
      lastFailure = attempt.reason
      if (attempt.result === 'refused') {
        refused += 1
        failures = 0
        context.deadLetters.add(next.event, new Error(attempt.reason))
        context.health.report('degraded', `The last notification was refused: ${attempt.reason}. It is a dead letter.`)
        await outbox.remove(next.name)
        continue
      }
      if (Date.now() - next.since >= context.config.giveUpAfterHours * HOUR_MS) {
        givenUp += 1
        const reason = `the receiver did not accept it in time: ${attempt.reason}`
        context.deadLetters.add(next.event, new Error(reason))
        await outbox.remove(next.name)
        continue
      }
      const waitMs = Math.max(attempt.waitMs ?? 0, Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** failures))
      failures += 1
      const waiting = outbox.size === 1 ? '1 notification waits' : `${outbox.size} notifications wait`
      context.health.report('degraded', `${waiting}: ${attempt.reason}.`)
      context.logger.warn(`a notification was not taken: ${attempt.reason}; the next try is in ${waitMs / 1_000} s`)
      await pause(waitMs)
    }
  }

  async function post({ id, event, since }: Notification): Promise<Attempt> {
    const { url, secret, timeoutSeconds } = context.config
    const body = JSON.stringify({
      type: event.type,
      vm: context.vmInstanceId,
      since,
      event,
    })
    const seconds = Math.floor(Date.now() / 1_000)
    attempts += 1
    try {
      const response = await fetch(url, {
        method: 'POST',
        body,
        // Whoever is posted to is who the config names.
        redirect: 'manual',
        signal: AbortSignal.any([context.signal, AbortSignal.timeout(timeoutSeconds * 1_000)]),
        headers: {
          'content-type': 'application/json',
          'webhook-id': id,
          'webhook-timestamp': String(seconds),
          ...(secret !== undefined && { 'webhook-signature': signatureOf({ id, seconds, body }, secret) }),
        },
      })
      await response.body?.cancel()
      if (response.ok) return { result: 'taken' }
      const reason = `the receiver answered ${response.status}`
      const isFinal = response.status < 500 && !NOT_NOW.includes(response.status)
      return isFinal ? { result: 'refused', reason } : { result: 'not-now', reason, waitMs: retryAfterMs(response) }
    } catch (thrown) {
      const { message, cause } = thrown as Error
      const detail = cause instanceof Error && cause.message !== '' ? `: ${cause.message}` : ''
      return { result: 'not-now', reason: `${message}${detail}`, waitMs: null }
    }
  }

  /** Ends early when the plugin stops or a new config may help. */
  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
      if (context.signal.aborted) wake()
    })
  }

  function deliver(): void {
    delivering ??= deliverAll()
      .catch((thrown: unknown) => context.logger.error(`the outbox cannot be used: ${(thrown as Error).message}`))
      .finally(() => (delivering = undefined))
  }

  return {
    async initialize(given) {
      context = given
      outbox = await Outbox.open(join(given.dataPath, 'outbox'), (name) =>
        given.logger.error(`${name} in the outbox holds no notification: it was set aside`),
      )
      given.signal.addEventListener('abort', () => wake())
    },
    start() {
      deliver()
    },
    async handleEvent(event) {
      const evicted = await outbox.add(event)
      if (evicted) context.deadLetters.add(evicted.event, new Error('1,000 later notifications wait: it made room'))
      deliver()
    },
    updateConfig() {
      // Once it is in force.
      setImmediate(() => wake())
    },
    async stop() {
      await delivering
    },
    status: () => ({
      pending: outbox.size,
      delivered,
      attempts,
      refused,
      givenUp,
      evicted: outbox.evicted,
      lastFailure,
    }),
  }
})

/**
 * The wait from the `Retry-After` header, at most five minutes. A wait below the plugin's own back-off has no effect.
 */
function retryAfterMs({ headers }: Response): number | null {
  const seconds = Number(headers.get('retry-after') || Number.NaN)
  return seconds >= 0 ? Math.min(MAX_DELAY_MS, seconds * 1_000) : null
}
