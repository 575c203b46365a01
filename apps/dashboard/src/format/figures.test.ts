import { expect, test } from 'vitest'
import { figuresIn } from './figures.ts'

const en = figuresIn('en')
const zh = figuresIn('zh-CN')

test('what is not known is a dash', () => {
  for (const name of ['count', 'rate', 'percent', 'points', 'bytes', 'ms', 'duration'] as const) {
    expect([name, en[name](null), en[name](undefined)]).toEqual([name, '–', '–'])
  }
  expect(en.exact(null, 'B')).toBe('–')
})

test('figures keep what matters of their digits, and are grouped', () => {
  expect([0.04, 12.44, 100.4, 1_284].map(en.rate)).toEqual(['0.0', '12.4', '100', '1,284'])
  expect([0, 0.004_166, 0.5, 0.9997, 1].map(en.percent)).toEqual(['0 %', '0.42 %', '50 %', '99.9 %', '100 %'])
  expect([0, 1_023, 1_536, 50_589_696, 3 * 1_024 ** 3].map(en.bytes)).toEqual([
    '0 B',
    '1,023 B',
    '1.5 kB',
    '48.2 MB',
    '3.0 GB',
  ])
  expect([0.35, 12.4, 1_200].map(en.ms)).toEqual(['350 µs', '12.4 ms', '1.2 s'])
  expect(en.exact(50_589_696, 'B')).toBe('50,589,696 B')
  expect(en.exact(0.416_666, '%')).toBe('0.416666 %')
})

test('a duration has its two largest units, in the words of the language', () => {
  expect([0, 42, 750, 15_120, 273_600].map(en.duration)).toEqual(['0 s', '42 s', '12 m 30 s', '4 h 12 m', '3 d 4 h'])
  expect(zh.duration(273_600)).toBe('3 天 4 小时')
})

test('a period has one unit, and one digit behind the point where it needs one', () => {
  expect([5, 0.5, 61, 90, 1_440, 10_080].map(en.period)).toEqual(['5 m', '0.5 m', '1 h', '1.5 h', '24 h', '7 d'])
  expect([15, 360, 43_200].map(zh.period)).toEqual(['15 分钟', '6 小时', '30 天'])
})

test('a time of another day says its day', () => {
  const now = Date.now()
  expect(en.when(now)).toBe(en.clock(now))
  expect(en.when(now - 2 * 86_400_000)).toBe(en.day(now - 2 * 86_400_000))
})
