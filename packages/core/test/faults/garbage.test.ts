import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Garbage } from '../plugins/writes-garbage.ts'
import { LONG } from '../soak.ts'
import { custom, isAlive, lawHolds, load, statsOf, untilState } from '../support.ts'
import { createWitnessed } from './witness.ts'

const u32 = (value: number): number[] => [value & 255, (value >>> 8) & 255, (value >>> 16) & 255, (value >>> 24) & 255]
const bytes = (text: string): number[] => [...Buffer.from(text)]
const once = (list: number[]): Garbage['writes'] => [{ bytes: list, times: 1 }]
const framed = (length: number, ...rest: number[]): Garbage['writes'] => once([...u32(length), ...rest])
const COOKIE = [1, 2, 3, 4, 5, 6, 7, 8]
const forged = (message: unknown): Garbage['writes'] => {
  const payload = bytes(typeof message === 'string' ? message : JSON.stringify(message))
  return framed(COOKIE.length + payload.length, ...COOKIE, ...payload)
}

/** No bytes at all: the channel is closed. */
const CLOSE: Garbage['writes'] = []
const AT_ONCE = 3

/** What a plugin may write to a channel of its guest. */
const GARBAGE: Record<string, Garbage['writes']> = {
  'a length of 0': framed(0, ...COOKIE),
  'a length of 1': framed(1, ...COOKIE),
  'a length below a cookie': framed(7, ...COOKIE),
  'a length of 1 MiB and one byte': framed(1_048_577, ...COOKIE),
  'a length of 16 MiB': framed(16_777_216, ...COOKIE),
  'a length of 2 GB': framed(2_147_483_647, ...COOKIE),
  'a length of 4 GB': framed(4_294_967_295, ...COOKIE),
  'one stray byte': once([0]),
  'two stray bytes': once([9, 9]),
  'three stray bytes': once([255, 255, 255]),
  'a length alone, of a whole frame': framed(1_048_576),
  'a length alone, and a cookie that is none': framed(1_048_576, ...COOKIE),
  'a cookie of zeros': framed(8, 0, 0, 0, 0, 0, 0, 0, 0),
  'a cookie of ones': framed(8, 255, 255, 255, 255, 255, 255, 255, 255),
  'half a cookie, then nothing': framed(64, 1, 2, 3, 4),
  'a frame that never ends': [...framed(1_048_576, ...COOKIE), { bytes: Array(4096).fill(65), times: 64 }],
  'an endless run of zeros': [{ bytes: Array(4096).fill(0), times: 2_000 }],
  'an endless run of ones': [{ bytes: Array(4096).fill(255), times: 2_000 }],
  'an endless run of lengths': [{ bytes: u32(8), times: 2_000 }],
  'random bytes': once([...randomBytes(512)]),
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
  'a forged end': forged({ kind: 'ended', exitCode: 0, error: null, begun: 0, finished: 0, cutOutputBytes: 0 }),
  'a forged log entry': forged({ kind: 'log', level: 'error', message: 'x' }),
  'JSON with a prototype': forged('{"__proto__":{"kind":"receipt"}}'),
  'JSON that is cut': forged('{"kind":'),
  'JSON nested 10,000 deep': forged('['.repeat(10_000)),
  'an empty payload': framed(8, ...COOKIE),
  'a line of Node’s own IPC': once(bytes('{"cmd":"NODE_HANDLE"}\n')),
  'an HTTP request': once(bytes('GET / HTTP/1.1\r\nhost: x\r\n\r\n')),
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
    const spoil = async ([what, writes]: readonly [string, Garbage['writes']], id: string): Promise<void> => {
      await load(manager, id, { plugin: 'writes-garbage', events: [id] })
      const pid = manager.getPlugin(id)!.pid!
      manager.context.eventBus.publish(custom(id, { fd, writes } satisfies Garbage))
      await untilState(manager, id, 'error').catch(() => expect.fail(`${what}: its guest lives on`))
      const { lastError } = manager.getPlugin(id)!
      expect(lastError!.code, what).toBe('PLUGIN_CRASHED')
      if (writes !== CLOSE) expect(lastError!.message, what).toContain('Protocol violation')
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
