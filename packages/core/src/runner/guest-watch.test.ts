import { expect, test } from 'vitest'
import { GuestWatch, type Responsiveness } from './guest-watch.ts'

const RUNNING = { waiting: false }

/** Ticks every half second; returns what each tick said. */
function tick(watch: GuestWatch, from: number, count: number): Responsiveness[] {
  return Array.from({ length: count }, (_, n) => watch.tick(from + (n + 1) * 500, RUNNING))
}

test('[SV1.b] a guardian that falls silent is unresponsive after 3 s and hangs after 5 s', () => {
  const watch = new GuestWatch(0)
  watch.heartbeat(0)
  const said = tick(watch, 0, 10)
  expect(said.indexOf('unresponsive')).toBe(5)
  expect(said.indexOf('hung')).toBe(9)
  expect(watch.silent).toBe('guardian')
})

test('[SV1.b] a silent thread counts on from what its guardian tells, until it answers', () => {
  const watch = new GuestWatch(0)
  watch.heartbeat(3_000)
  expect(watch.tick(500, RUNNING)).toBe('unresponsive')
  expect(watch.silent).toBe('thread')
  watch.heartbeat(0)
  expect(watch.tick(1_000, RUNNING)).toBe('responsive')
  // Below 3 s the guardian alone knows: the next heartbeat may say that all is well.
  watch.heartbeat(2_900)
  expect(tick(watch, 1_000, 2)).toEqual(['responsive', 'responsive'])
})

test('[SV1.d] a host that was held up blames nobody, nor does one whose guest got no processor', () => {
  const watch = new GuestWatch(0)
  watch.heartbeat(0)
  expect(watch.tick(6_000, RUNNING)).toBe('responsive')
  // Nor one that had not heard an idle guest for almost two seconds before.
  const idle = new GuestWatch(0)
  idle.heartbeat(0)
  expect(tick(idle, 0, 4)).not.toContain('unresponsive')
  expect(idle.tick(32_000, RUNNING)).toBe('responsive')
  const starved = new GuestWatch(0)
  starved.heartbeat(0)
  for (let at = 500; at < 20_000; at += 500) expect(starved.tick(at, { waiting: true })).toBe('responsive')
})

test('[SV1.f] a guest that was asked for a heap snapshot has as long as if it had just answered', () => {
  const watch = new GuestWatch(0)
  watch.heartbeat(0)
  tick(watch, 0, 5)
  watch.excuse(2_500)
  expect(tick(watch, 2_500, 5)).not.toContain('unresponsive')
})

test('[SV1.b] until its first heartbeat a guest is not watched: its start has a deadline of its own', () => {
  expect(tick(new GuestWatch(0), 0, 40)).not.toContain('unresponsive')
})
