import { afterEach, expect, test, vi } from 'vitest'
import { machineTime } from '../guest-protocol/machine-time.ts'
import { clock } from '../util/clock.ts'
import { TraceBook } from './trace-book.ts'

afterEach(() => void vi.restoreAllMocks())

const ERROR = { name: 'Error', message: 'no', stack: null, code: null }

/** An event as the bus has accepted it. */
function accepted(id: string, { plugin, bytes = 100 }: { readonly plugin?: string; readonly bytes?: number } = {}) {
  const origin = { node: 'here', ...(plugin !== undefined && { plugin }) }
  const event = { id, type: 'x', at: 0, source: 'test', data: null, origin }
  return { type: 'x', origin, bytes, event }
}
const PLAIN = { receivers: 1, cause: 0, isDue: true }
const traced = (key: number, step: object) => ({ kind: 'traced', key, step }) as never
const as = (plugin: string, version = '1.0.0') => ({ plugin, version })
const bookOf = () => new TraceBook((_ids, value) => value)
const lastOf = (book: TraceBook) => book.get(book.list({ limit: 1 })[0]!.id)!
const partOf = (book: TraceBook) => lastOf(book).parts[0]!

test('[EV11.c] what a plugin says counts for events that were sent to it, once, and no time is longer than what has passed', () => {
  const book = bookOf()
  const before = machineTime()
  const event = book.follow(accepted('a'), PLAIN)!
  const { key } = event
  const causes = (plugin: string) => book.follow(accepted('b', { plugin }), { ...PLAIN, cause: key, isDue: false })
  const refusal = { plugin: 'one', type: 'y', code: 'X', message: 'm' }
  event.expect('one')
  event.miss('two')

  // In its queue it has not got it yet.
  for (const plugin of ['one', 'two', 'three']) {
    book.report(as(plugin), traced(key, { beganAt: before }))
    book.refuse(key, { ...refusal, plugin })
    expect(causes(plugin)).toBeNull()
  }
  expect(partOf(book)).toMatchObject({
    deliveries: [{ state: 'waiting', version: null }, { state: 'missed' }],
    refusals: [],
  })

  event.send('one')
  book.report(as('one'), traced(key + 1, { beganAt: before }))
  book.report(as('one'), traced(key, { tookMs: 5 }))
  expect(partOf(book).deliveries[0]).toMatchObject({ state: 'waiting', tookMs: null })
  book.report(as('one'), traced(key, { beganAt: Number.MAX_VALUE }))
  book.report(as('one'), traced(key, { tookMs: Number.MAX_VALUE }))
  book.report(as('one', '2.0.0'), traced(key, { beganAt: Number.MAX_VALUE }))
  book.report(as('one'), traced(key, { tookMs: Number.MAX_VALUE }))
  const { waitedMs, tookMs, version } = partOf(book).deliveries[0]!
  expect(waitedMs! + tookMs!).toBeLessThanOrEqual(machineTime() - before)
  expect(version).toBe('1.0.0')
  expect(causes('one')?.trace.id).toBe(event.trace.id)

  event.settle('one', 'handled')
  event.settle('one', 'failed', ERROR)
  book.report(as('one', '2.0.0'), traced(key, { beganAt: before }))
  expect(partOf(book).deliveries[0]).toMatchObject({ state: 'handled', version: '1.0.0', error: null })
})

test('[EV11.a] an instance that gives an event back has not had it; what a dead one could not say is measured', async () => {
  const book = bookOf()
  const event = book.follow(accepted('a'), { ...PLAIN, receivers: 2 })!
  for (const plugin of ['one', 'two']) event.expect(plugin)
  event.send('one')
  book.report(as('one'), traced(event.key, { beganAt: machineTime() }))
  event.takeBack('one')
  expect(partOf(book).deliveries[0]).toMatchObject({ state: 'waiting', tookMs: null })
  event.send('one')
  book.report(as('one', '2.0.0'), traced(event.key, { beganAt: machineTime() }))
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(partOf(book).deliveries[0]!.tookMs).toBeGreaterThan(10)
  expect(lastOf(book).lastsMs).toBeGreaterThan(10)
  event.settle('one', 'in-doubt', ERROR)
  event.settle('two', 'dropped')
  const [one, two] = partOf(book).deliveries
  expect(one).toMatchObject({ state: 'in-doubt', version: '2.0.0', error: { message: 'no' } })
  expect(one!.tookMs).toBeGreaterThan(10)
  expect(two!.waitedMs).toBeGreaterThan(10)
  expect(lastOf(book).lastsMs).toBeGreaterThan(10)
})

test('[EV11.d] the oldest traces give way, by size; a full one counts what it leaves out, and holds no event without its deliveries', () => {
  const book = bookOf()
  book.armings.add('**', 100)
  const { key } = book.follow(accepted('root'), PLAIN)!
  const large = { bytes: 4_096 }
  for (let time = 0; time < 80; time += 1) {
    const root = book.follow(accepted('root', large), { ...PLAIN, isDue: false })!
    root.expect('one')
    root.send('one')
    for (let n = 0; n < 80; n += 1) {
      // Not what was asked for: each would begin a trace.
      const other = { ...accepted(`${n}`, { plugin: 'one', ...large }), type: 'a.b' }
      book.armings.remove('**')
      book.follow(other, { receivers: 2, cause: root.key, isDue: false })
    }
    book.armings.add('**', 100)
  }
  const held = book.list({ limit: 100 })
  // 16 MiB of 256 KiB, and each is a little short of that.
  expect(held.length).toBeGreaterThanOrEqual(64)
  expect(held.length).toBeLessThanOrEqual(70)
  const { events, leftOut } = held[0]!
  expect(events + leftOut).toBe(81)
  expect(leftOut).toBeGreaterThan(20)
  // What is gone is no cause any more.
  expect(book.follow(accepted('late', { plugin: 'one' }), { ...PLAIN, cause: key })?.cause).toBeNull()
})

test('[EV11.d] equal refusals are one with their number; long texts are cut', () => {
  const book = bookOf()
  const event = book.follow(accepted('a'), PLAIN)!
  event.expect('one')
  event.send('one')
  for (let n = 0; n < 5_000; n += 1) {
    const type = n % 2 === 0 ? 'x'.repeat(200_000) : `y${n}`
    book.refuse(event.key, { plugin: 'one', type, code: 'TOO_LARGE', message: 'm'.repeat(16_000) })
  }
  const trace = lastOf(book)
  const [first] = trace.parts[0]!.refusals
  expect(first).toMatchObject({ times: 2_500, code: 'TOO_LARGE' })
  expect(first!.type).toHaveLength(256)
  expect(first!.message).toHaveLength(200)
  expect(JSON.stringify(trace).length).toBeLessThan(300_000)
  expect(trace.leftOut).toBeGreaterThan(2_000)
})

test('[EV11.b] samples, what they cause, and replays each have their bound; a thousand traces are held', () => {
  const book = bookOf()
  const began = performance.now()
  const wide = book.follow(accepted('wide'), { ...PLAIN, receivers: 300 })
  expect(wide).not.toBeNull()
  let followed = 0
  const replay = { ...accepted('r'), type: 'r' }
  for (let n = 0; n < 5_000; n += 1) if (book.follow(accepted(`${n}`), PLAIN)) followed += 1
  const most = () => (100 * (performance.now() - began)) / 1_000 + 1
  expect(followed).toBeLessThanOrEqual(most())
  expect(book.followReplay(replay)).not.toBeNull()
  wide!.expect('one')
  wide!.send('one')
  const caused = { receivers: 1, cause: wide!.key, isDue: false }
  let joined = 0
  for (let n = 0; n < 500; n += 1) if (book.follow(accepted(`c${n}`, { plugin: 'one' }), caused)) joined += 1
  expect(joined).toBeGreaterThanOrEqual(100)
  expect(joined).toBeLessThanOrEqual(100 + most())
  expect(book.followReplay(replay)).not.toBeNull()

  for (let time = 0; time < 12; time += 1) {
    book.armings.add('x', 100)
    for (let n = 0; n < 100; n += 1) book.follow(accepted('more'), { ...PLAIN, receivers: 0, isDue: false })
  }
  expect(book.list({ limit: 5_000 })).toHaveLength(1_000)
})

test('[EV11.b] what is asked for is followed and counted, also where it was caused by an event that is followed', () => {
  const book = bookOf()
  const root = { ...accepted('root'), type: 'root' }
  const event = book.follow(root, PLAIN)!
  event.expect('one')
  event.send('one')
  book.armings.add('x', 3)
  const caused = { receivers: 600, cause: event.key, isDue: false }
  // The third finds the trace full: it begins its own.
  for (let n = 0; n < 3; n += 1) expect(book.follow(accepted(`${n}`, { plugin: 'one' }), caused)).not.toBeNull()
  expect(book.armings.list()).toEqual([])
  expect(book.list({ limit: 10 }).map(({ reason, events }) => [reason, events])).toEqual([
    ['armed', 1],
    ['sampled', 3],
  ])
})

test('[EV11.b] patterns are refused where they are none, too many, or for too many events; each is over after ten minutes', () => {
  const { armings } = bookOf()
  expect(() => armings.add('a..b', 1)).toThrow(TypeError)
  for (const events of [0, 101, 1.5]) expect(() => armings.add('a', events)).toThrow('1 to 100')
  for (let n = 0; n < 16; n += 1) armings.add(`a${n}`, 1)
  expect(() => armings.add('one.more', 1)).toThrow('16 patterns')
  expect(armings.add('a3', 5)).toMatchObject({ remaining: 5 })
  expect(armings.list()).toHaveLength(16)
  expect(armings.remove('a3')).toBe(true)
  expect(armings.remove('a3')).toBe(false)
  expect(armings.list()).toHaveLength(15)

  expect(armings.has('a1')).toBe(true)
  const { version } = armings
  vi.spyOn(clock, 'epoch').mockReturnValue(Date.now() + 600_001)
  expect(armings.take('a1')).toBe(false)
  expect(armings.has('a1')).toBe(false)
  expect(armings.version).not.toBe(version)
  expect(armings.list()).toEqual([])
})

test('[EV11.a] what is recorded is without secrets, those of the publisher too; of a replay no message is kept', () => {
  const ownersOf: string[][] = []
  const book = new TraceBook((ids, value) => {
    ownersOf.push([...ids])
    return JSON.parse(JSON.stringify(value).replaceAll('hunter2', '[secret]'))
  })
  const error = { ...ERROR, message: 'bad key hunter2' }
  const event = book.follow(accepted('a', { plugin: 'publisher' }), PLAIN)!
  event.expect('one')
  event.send('one')
  book.refuse(event.key, { plugin: 'one', type: 'of.hunter2', code: 'X', message: 'hunter2' })
  event.settle('one', 'failed', error)
  expect(partOf(book)).toMatchObject({
    deliveries: [{ error: { message: 'bad key [secret]' } }],
    refusals: [{ type: 'of.[secret]', message: '[secret]' }],
  })
  expect(ownersOf).toEqual([['publisher'], ['one'], ['one', 'publisher']])
  // Where a text is cut, no half of one is left.
  book.refuse(event.key, {
    plugin: 'one',
    type: `${'t'.repeat(250)}hunter2`,
    code: 'X',
    message: `${'m'.repeat(196)}hunter2`,
  })
  expect(JSON.stringify(lastOf(book))).not.toContain('hun')

  const replay = book.followReplay(accepted('b', { plugin: 'publisher' }))!
  replay.expect('one')
  replay.settle('one', 'failed', error)
  expect(partOf(book)).toMatchObject({ event: { data: null, isCut: true }, deliveries: [{ error: { message: '' } }] })
})

test('a trace of before a restart of the host is not taken for another one', () => {
  const first = bookOf().follow(accepted('a'), PLAIN)!.trace.id
  vi.spyOn(clock, 'epoch').mockReturnValue(Date.now() + 5_000)
  expect(bookOf().follow(accepted('a'), PLAIN)!.trace.id).toBeGreaterThan(first + 1_000)
})
