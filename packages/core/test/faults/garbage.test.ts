import { expect, test } from 'vitest'
import { LONG } from '../soak.ts'
import { custom, isAlive, lawHolds, load, statsOf, untilState } from '../support.ts'
import { createWitnessed } from './witness.ts'

const u32 = (value: number): number[] => [value & 255, (value >>> 8) & 255, (value >>> 16) & 255, (value >>> 24) & 255]
const bytes = (text: string): number[] => [...Buffer.from(text)]
const framed = (length: number, ...rest: number[]): string => `write(${JSON.stringify([...u32(length), ...rest])})`
const COOKIE = [1, 2, 3, 4, 5, 6, 7, 8]
const forged = (message: unknown): string => {
  const payload = bytes(typeof message === 'string' ? message : JSON.stringify(message))
  return framed(COOKIE.length + payload.length, ...COOKIE, ...payload)
}

const CLOSE = 'fs.closeSync(fd)'
const AT_ONCE = 3

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
  'a forged ask': forged({ kind: 'ask', id: 1, method: 'sharedSet', arguments: [] }),
  'a forged publication': forged({
    kind: 'publish',
    hops: null,
    runs: [{ type: 'x', source: 'x', values: [null, 0, 1] }],
  }),
  'a forged heartbeat': forged({ kind: 'heartbeat', silentMs: 0, utilization: 0, heap: null }),
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
  '36 kinds of garbage on fd %i, %s: each ends its own guest as a crash; the host and the others go on',
  LONG,
  async (fd) => {
    expect(Object.keys(GARBAGE)).toHaveLength(36)
    const { manager, during } = await createWitnessed()
    const top = `
      import fs from 'node:fs'
      import { createRequire } from 'node:module'
      const require = createRequire(import.meta.url)
      const fd = ${fd}
      const write = (list: number[]) => { try { fs.writeSync(fd, Buffer.from(list)) } catch {} }`
    const spoil = async ([what, act]: readonly [string, string], id: string): Promise<void> => {
      await load(manager, id, { events: [id], top, methods: `handleEvent() { ${act} }` })
      const pid = manager.getPlugin(id)!.pid!
      manager.context.eventBus.publish(custom(id))
      await untilState(manager, id, 'error').catch(() => expect.fail(`${what}: its guest lives on`))
      const { lastError } = manager.getPlugin(id)!
      expect(lastError!.code, what).toBe('PLUGIN_CRASHED')
      if (act !== CLOSE) expect(lastError!.message, what).toContain('Protocol violation')
      expect(isAlive(pid), what).toBe(false)
      expect(lawHolds(statsOf(manager, id)), what).toBe(true)
    }
    await during(async () => {
      const kinds = Object.entries(GARBAGE)
      for (let at = 0; at < kinds.length; at += AT_ONCE)
        await Promise.all(kinds.slice(at, at + AT_ONCE).map((kind, index) => spoil(kind, `victim-${at + index}`)))
    })
  },
)
