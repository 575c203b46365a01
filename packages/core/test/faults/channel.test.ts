import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createManager, custom, isAlive, lawHolds, load, statsOf, until, untilState } from '../support.ts'
import { createWitnessed, LONG } from './witness.ts'

const u32 = (value: number): number[] => [value & 255, (value >>> 8) & 255, (value >>> 16) & 255, (value >>> 24) & 255]
const bytes = (text: string): number[] => [...Buffer.from(text)]
const framed = (length: number, ...rest: number[]): string => `write(${JSON.stringify([...u32(length), ...rest])})`
const COOKIE = [1, 2, 3, 4, 5, 6, 7, 8]
const forged = (message: unknown): string => {
  const payload = bytes(typeof message === 'string' ? message : JSON.stringify(message))
  return framed(COOKIE.length + payload.length, ...COOKIE, ...payload)
}

const CLOSE = 'fs.closeSync(fd)'

/** What a plugin may write to a channel of its guest, in JavaScript; `write` takes a list of bytes, `fd` is the channel. */
const GARBAGE: Record<string, string> = {
  'a length of 0': framed(0, ...COOKIE),
  'a length of 1': framed(1, ...COOKIE),
  'a length below a cookie': framed(7, ...COOKIE),
  'a length of 1 MiB and one byte': framed(1_048_577, ...COOKIE),
  'a length of 16 MiB': framed(16_777_216, ...COOKIE),
  'a length of 2 GB': framed(2_147_483_647, ...COOKIE),
  'a length of 4 GB': framed(4_294_967_295, ...COOKIE),
  'one stray byte': 'write([0])',
  'two stray bytes': 'write([9, 9])',
  'three stray bytes': 'write([255, 255, 255])',
  'a length alone, of a whole frame': framed(1_048_576),
  'a length alone, and a cookie that is none': framed(1_048_576, ...COOKIE),
  'a cookie of zeros': framed(8, 0, 0, 0, 0, 0, 0, 0, 0),
  'a cookie of ones': framed(8, 255, 255, 255, 255, 255, 255, 255, 255),
  'half a cookie, then nothing': framed(64, 1, 2, 3, 4),
  'a frame that never ends': `write([${[...u32(1_048_576), ...COOKIE].join(',')}]); for (let n = 0; n < 64; n += 1) write(Array(4096).fill(65))`,
  'an endless run of zeros': 'for (let n = 0; n < 2_000; n += 1) write(Array(4096).fill(0))',
  'an endless run of ones': 'for (let n = 0; n < 2_000; n += 1) write(Array(4096).fill(255))',
  'an endless run of lengths': `for (let n = 0; n < 2_000; n += 1) write([${u32(8).join(',')}])`,
  'random bytes': 'write([...require("node:crypto").randomBytes(512)])',
  'a forged receipt': forged({
    kind: 'receipt',
    handled: 1,
    failures: [],
    latency: [],
    busyUs: 0,
    limitReached: false,
  }),
  'a forged receipt for more than there is': forged({
    kind: 'receipt',
    handled: 1e9,
    failures: [],
    latency: [],
    busyUs: 0,
  }),
  'a forged reply': forged({ kind: 'reply', id: 1, ok: true }),
  'a forged ask': forged({ kind: 'ask', id: 1, method: 'publish', arguments: [] }),
  'a forged beat': forged({ kind: 'beat', silentMs: 0, utilization: 0, heap: null }),
  'a forged end': forged({ kind: 'ended', exitCode: 0, error: null, begun: 0, finished: 0 }),
  'a forged log entry': forged({ kind: 'log', level: 'error', message: 'x' }),
  'JSON with a prototype': forged('{"__proto__":{"kind":"receipt"}}'),
  'JSON that is cut': forged('{"kind":'),
  'JSON nested 10,000 deep': forged('['.repeat(10_000)),
  'an empty payload': framed(8, ...COOKIE),
  'a line of Node’s own IPC': `write([${bytes('{"cmd":"NODE_HANDLE"}\n').join(',')}])`,
  'an HTTP request': `write([${bytes('GET / HTTP/1.1\r\nhost: x\r\n\r\n').join(',')}])`,
  'UTF-8 that is none': framed(12, ...COOKIE, 0xff, 0xfe, 0xc0, 0x80),
  'a closed channel': CLOSE,
}

test.each([
  [3, 'where its thread listens'],
  [4, 'where its thread speaks'],
  [5, 'its guardian’s channel'],
])(
  '35 kinds of garbage on fd %i, %s: each ends its own guest as a crash; the host and the others go on',
  LONG,
  async (fd) => {
    expect(Object.keys(GARBAGE)).toHaveLength(35)
    const { manager, during } = await createWitnessed()
    const top = `
      import fs from 'node:fs'
      import { createRequire } from 'node:module'
      const require = createRequire(import.meta.url)
      const fd = ${fd}
      const write = (list: number[]) => { try { fs.writeSync(fd, Buffer.from(list)) } catch {} }`
    await during(async () => {
      let number = 0
      for (const [what, act] of Object.entries(GARBAGE)) {
        const id = `victim-${(number += 1)}`
        await load(manager, id, { events: [id], top, methods: `handleEvent() { ${act} }` })
        const pid = manager.getPlugin(id)!.pid!
        manager.context.eventBus.publish(custom(id))
        await untilState(manager, id, 'error').catch(() => expect.fail(`${what}: its guest lives on`))
        const { lastError } = manager.getPlugin(id)!
        expect(lastError!.code, what).toBe('PLUGIN_CRASHED')
        if (act !== CLOSE) expect(lastError!.message, what).toContain('broke the protocol')
        expect(isAlive(pid), what).toBe(false)
        expect(lawHolds(statsOf(manager, id)), what).toBe(true)
      }
    })
  },
)

test('a plugin that reads its own channel ends its own guest, and what it had not begun stays accounted for', async () => {
  const manager = await createManager()
  const steal =
    'const end = Date.now() + 5_000; while (Date.now() < end) try { if (fs.readSync(3, Buffer.alloc(65_536)) > 0) return } catch {}'
  await load(manager, 'thief', {
    events: ['thief'],
    top: "import fs from 'node:fs'",
    methods: `handleEvent() { ${steal} }`,
  })
  for (const count of [1, 2, 3]) {
    manager.context.eventBus.publish(custom('thief'))
    await until(
      () => statsOf(manager, 'thief').inFlight > 0 || statsOf(manager, 'thief').eventsProcessed > 0,
      `event ${count}`,
    )
    await sleep(50)
  }
  await untilState(manager, 'thief', 'error')
  expect(manager.getPlugin('thief')!.lastError!.message).toContain('broke the protocol')
  expect(lawHolds(statsOf(manager, 'thief'))).toBe(true)
})

test.each([
  ['a plugin', { then: '', busyMs: 6_000, state: 'active' }],
  ['a plugin that then ends itself', { then: 'process.exit(7)', busyMs: 1_000, state: 'error' }],
] as const)(
  'a host that is busy for a while hears all that %s says meanwhile, in order',
  LONG,
  async (_who, { then, busyMs, state }) => {
    const manager = await createManager()
    const say = `for (let n = 0; n < 2_000; n += 1) context.logger.info(String(n), { padding: 'x'.repeat(1_000) }); ${then}`
    await load(manager, 'talker', { events: ['go'], methods: `handleEvent() { ${say} }` })
    const heard: string[] = []
    manager.onDidChange((fact) => void (fact.type === 'log' && fact.origin === 'plugin' && heard.push(fact.message)))
    manager.context.eventBus.publish(custom('go'))
    const busyUntil = performance.now() + busyMs
    await sleep(5)
    while (performance.now() < busyUntil);
    await until(() => heard.length === 2_000, 'messages are missing')
    expect(heard).toEqual(Array.from({ length: 2_000 }, (_, n) => String(n)))
    // Long enough for a verdict on a thread that could not be heard meanwhile.
    await sleep(2_500)
    await untilState(manager, 'talker', state)
    if (state === 'active') expect(manager.getPlugin('talker')!.lastError).toBeNull()
  },
)

test('[EV1] a thread that ends while its host writes to it loses none of its last words', LONG, async () => {
  const manager = await createManager({ errorLimit: 1_000 })
  for (let round = 0; round < 4; round += 1) {
    const id = `ending-${round}`
    const fail = 'count += 1; if (count > 50) process.exit(7); context.logger.info(String(count)); throw new Error("x")'
    await load(manager, id, { events: ['go'], top: 'let count = 0', methods: `handleEvent() { ${fail} }` })
    let heard = 0
    manager.onDidChange(
      (fact) => void (fact.type === 'log' && fact.id === id && fact.origin === 'plugin' && (heard += 1)),
    )
    const padding = 'x'.repeat(1_000)
    for (let n = 0; n < 400; n += 1) {
      manager.context.eventBus.publish({ type: 'custom', eventType: 'go', data: padding })
      if (n % 40 === 0) await sleep(1)
    }
    await untilState(manager, id, 'error')
    expect(heard).toBe(50)
    // The fifty that failed, and the death.
    expect(statsOf(manager, id)).toMatchObject({ errorCount: 51 })
    expect(lawHolds(statsOf(manager, id))).toBe(true)
  }
})

test('[SV1] a plugin that forges the pings of its guardian hangs all the same', LONG, async () => {
  const manager = await createManager()
  const top = `
    import { createHook, executionAsyncResource } from 'node:async_hooks'
    let port: any
    createHook({ before: () => { const one: any = executionAsyncResource(); if (typeof one?.postMessage === 'function') port = one } }).enable()
    const spin = (ms: number) => { const end = Date.now() + ms; while (Date.now() < end); }`
  const methods =
    "handleEvent(event: any) { if (event.eventType === 'look') return spin(1_500); for (;;) port.emit('message', null) }, status: () => !!port"
  await load(manager, 'forger', { events: ['look', 'forge'], top, methods })
  for (let tries = 0; tries < 10 && !(await manager.getPluginStatus('forger')); tries += 1)
    await manager.broadcastEvent(custom('look'))
  expect(await manager.getPluginStatus('forger')).toBe(true)
  manager.context.eventBus.publish(custom('forge'))
  await untilState(manager, 'forger', 'error')
  expect(manager.getPlugin('forger')!.lastError!.code).toBe('PLUGIN_HUNG')
})

test('[SV1] a plugin that leaves 64 MB unread is ended for that, and not for a broken protocol', LONG, async () => {
  const manager = await createManager()
  await load(manager, 'deaf', {
    events: ['go'],
    methods: 'handleEvent() { const end = Date.now() + 60_000; while (Date.now() < end); }',
  })
  manager.context.eventBus.publish(custom('go'))
  await until(() => statsOf(manager, 'deaf').inFlight === 1)
  const message = { from: 'host', to: 'deaf', type: 't', data: 'x'.repeat(200_000) }
  const sent = Array.from({ length: 400 }, () => manager.sendMessageToPlugin(message).catch(() => {}))
  await untilState(manager, 'deaf', 'error')
  await Promise.all(sent)
  expect(manager.getPlugin('deaf')!.lastError!.message).toMatch(/^It left 6\d MB of what it was sent unread\.$/)
  expect(lawHolds(statsOf(manager, 'deaf'))).toBe(true)
})
