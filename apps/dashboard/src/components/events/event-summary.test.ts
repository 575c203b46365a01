import { expect, test } from 'vitest'
import { summaryOf } from './event-summary'

test('a metric stands with its value, other objects by their names, anything else as it is', () => {
  expect(summaryOf({ metric: 'system.cpu.utilization', value: 0.123456789 })).toBe('system.cpu.utilization = 0.123457')
  expect(summaryOf({ value: { p50: 1 }, metric: 'm', window: 60 })).toBe('m = {"p50":1} · window: 60')
  expect(summaryOf({ vmId: 'vm-1', on: true, tags: ['a'] })).toBe('vmId: vm-1 · on: true · tags: ["a"]')
  expect(summaryOf('text')).toBe('text')
  expect(summaryOf(null)).toBe('null')
})
