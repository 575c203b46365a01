import { operations, type OperationName } from '@plugboard/protocol/operations'
import fc from 'fast-check'
import { io } from 'socket.io-client'
import { expect, onTestFinished, test } from 'vitest'
import type { App } from '../src/app.ts'
import { ask, startApp } from './support.ts'

const SOAK = process.env.PLUGBOARD_SOAK === '1'
const RUNS = SOAK ? 50_000 : 2_500
/** `PLUGBOARD_SEED` runs what failed once more. */
const SEED = Number(process.env.PLUGBOARD_SEED ?? 0) || Date.now() % 1e9
const API = '/api/v1'
/** What the budgets let through: each has its own. */
const CALLERS = 40
const AT_ONCE = 20

const names = Object.keys(operations) as OperationName[]
/** What ends plugins, makes copies of the disk or takes the time of a password hash is not asked for at random. */
const CALM = names.filter(
  (name) => !['server.backup', 'plugins.load', 'accounts.create', 'accounts.setPassword'].includes(name),
)

const nasty = fc.constantFrom<unknown>(
  '__proto__',
  'constructor',
  '../../etc/passwd',
  '%00',
  '\u0000',
  '\ud800',
  "' or 1=1 --",
  '{{7*7}}',
  -1,
  0,
  1e308,
  2 ** 53,
  NaN,
  null,
  true,
  [],
  {},
  [[[[]]]],
  'chaos',
  'rolling-stats',
  'x'.repeat(5_000),
)
const value: fc.Arbitrary<unknown> = fc.oneof(nasty, fc.jsonValue({ maxDepth: 4 }))
const fieldNames = [
  ...new Set(names.flatMap((name) => Object.keys((operations[name].input as { shape?: object }).shape ?? {}))),
]
const input = fc.oneof(
  { weight: 4, arbitrary: fc.dictionary(fc.oneof(fc.constantFrom(...fieldNames), fc.string()), value, { maxKeys: 6 }) },
  { weight: 1, arbitrary: value },
)
const name = fc.oneof({ weight: 5, arbitrary: fc.constantFrom<string>(...CALM) }, { weight: 1, arbitrary: fc.string() })

async function tokensOf(app: App): Promise<string[]> {
  const tokens: string[] = []
  for (let n = 0; n < CALLERS; n += 1) {
    // Not admins: those could end each other.
    const body = { name: `fuzz ${n}`, role: 'operator' }
    tokens.push((await ask(app, 'POST', `${API}/tokens`, { body })).body.token)
  }
  return tokens
}

/** No answer may be our own failure, or hold a stack. */
function check(text: string, what: unknown): void {
  const shown = JSON.stringify(what)?.slice(0, 500)
  expect(text, `seed ${SEED}: ${shown}`).not.toMatch(/"code":"INTERNAL"|\n\s+at .*\.[cm]?[jt]s:\d+/)
}

async function inBatches<T>(items: readonly T[], act: (item: T, index: number) => Promise<void>): Promise<void> {
  for (let at = 0; at < items.length; at += AT_ONCE) {
    await Promise.all(items.slice(at, at + AT_ONCE).map((item, index) => act(item, at + index)))
  }
}

test(
  `${RUNS} random requests over REST cause no internal error and reveal no stack`,
  { timeout: RUNS * 40 + 20_000 },
  async () => {
    const app = await startApp({ PLUGBOARD_BUNDLED: 'chaos, rolling-stats' })
    const tokens = await tokensOf(app)
    const request = fc.record({
      operation: fc.constantFrom(...CALM),
      parts: fc.array(fc.oneof(nasty.map(String), fc.string()), { minLength: 3, maxLength: 3 }),
      body: fc.oneof(
        { weight: 5, arbitrary: input.map((one) => JSON.stringify(one) ?? '') },
        { weight: 1, arbitrary: fc.string() },
      ),
      type: fc.constantFrom(
        'application/json',
        'application/json',
        'application/cloudevents+json',
        'application/cloudevents-batch+json',
        'text/plain',
        '',
      ),
      headers: fc.dictionary(
        fc.constantFrom('if-match', 'ce-specversion', 'ce-type', 'ce-id', 'idempotency-key', 'x-forwarded-for'),
        fc.string({ unit: 'grapheme-ascii', maxLength: 20 }),
      ),
    })
    const requests = fc.sample(request, { seed: SEED, numRuns: RUNS })
    const statuses = new Map<number, number>()
    await inBatches(requests, async (one, index) => {
      const { rest } = operations[one.operation]
      let at = 0
      const path = rest.path.replaceAll(/\{\w+\}/g, () => encodeURIComponent(toWellFormed(one.parts[at++ % 3]!)) || '-')
      const isRead = rest.method === 'GET'
      const query = isRead ? `?${new URLSearchParams(flat(one.body)).toString()}` : ''
      const response = await fetch(`${app.url}${API}${path}${query}`, {
        method: rest.method,
        headers: {
          ...clean(one.headers),
          ...(one.type && { 'content-type': one.type }),
          authorization: `Bearer ${tokens[index % CALLERS]}`,
        },
        ...(!isRead && { body: one.body }),
      })
      const text = await response.text()
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1)
      check(text, one)
      expect(response.status, `seed ${SEED}: ${text.slice(0, 300)}`).toBeLessThan(500)
    })
    expect((await fetch(`${app.url}/healthz`)).status).toBe(200)
    console.log(`seed ${SEED}: ${[...statuses].map(([status, count]) => `${count} × ${status}`).join(', ')}`)
    expect(statuses.get(200)).toBeGreaterThan(0)
    expect(statuses.has(401)).toBe(false)
  },
)

test(
  `${RUNS} random calls over sockets cause no internal error and reveal no stack`,
  { timeout: RUNS * 40 + 20_000 },
  async () => {
    const app = await startApp({ PLUGBOARD_BUNDLED: 'chaos, rolling-stats' })
    const tokens = await tokensOf(app)
    const sockets = tokens.map((token) => {
      const socket = io(app.url, { transports: ['websocket'], auth: { token }, forceNew: true })
      onTestFinished(() => void socket.disconnect())
      return socket
    })
    const calls = fc.sample(
      fc.tuple(fc.constantFrom('call', 'call', 'call', 'subscribe', 'unsubscribe'), name, input),
      { seed: SEED, numRuns: RUNS },
    )
    const refusals = new Map<string, number>()
    await inBatches(calls, async ([event, operation, given], index) => {
      const socket = sockets[index % CALLERS]!
      const what = JSON.parse(JSON.stringify(given) ?? 'null') as unknown
      if (event === 'unsubscribe') return void socket.emit(event, what)
      const reply = await socket.timeout(10_000).emitWithAck(event, event === 'call' ? operation : what, what)
      check(JSON.stringify(reply), [event, operation, what])
      const code = reply.ok ? 'ok' : reply.error.code
      refusals.set(code, (refusals.get(code) ?? 0) + 1)
    })
    expect(sockets.every(({ connected }) => connected)).toBe(true)
    expect((await fetch(`${app.url}/healthz`)).status).toBe(200)
    console.log(`seed ${SEED}: ${[...refusals].map(([code, count]) => `${count} × ${code}`).join(', ')}`)
  },
)

function toWellFormed(text: string): string {
  return text.toWellFormed()
}

function clean(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([, text]) => /^[\x21-\x7e][\x20-\x7e]*$/.test(text)))
}

function flat(body: string): Record<string, string> {
  try {
    const parsed: unknown = JSON.parse(body)
    if (typeof parsed !== 'object' || parsed === null) return { value: body }
    return Object.fromEntries(Object.entries(parsed).map(([key, one]) => [key, String(JSON.stringify(one))]))
  } catch {
    return { value: body }
  }
}
