import { ERROR_STATUS, type TimelineView } from '@plugboard/protocol'
import { expect, test } from 'vitest'
import { figuresIn } from '../format/figures.ts'
import { sayIn } from './say.ts'
import { sayings } from './zh-cn/sayings.ts'

const english = sayIn('en', null, figuresIn('en'))
const chinese = sayIn('zh-CN', sayings, figuresIn('zh-CN'))
const crash = (details: unknown) => ({ code: 'PLUGIN_CRASHED', message: 'It crashed.', details })
const entry: TimelineView = {
  id: 1,
  node: 'here',
  at: 0,
  pluginId: 'one',
  kind: 'config',
  code: 'config',
  severity: 'info',
  title: 'Config revision 2 by ann, in force now.',
  actor: 'ann',
  incidentId: null,
  detail: { revision: 2, revertedTo: null, changes: [], applied: true },
}

test('every code of the wire and of the client has a sentence', () => {
  const codes = [...Object.keys(ERROR_STATUS), 'INTERNAL', 'ERROR_LIMIT', 'DISCONNECTED', 'NO_ANSWER']
  expect(codes.filter((code) => !Object.hasOwn(sayings.error, code))).toEqual([])
})

test('English is what the server said', () => {
  expect(english.error(crash(null))).toBe('It crashed.')
  expect(english.happening(entry)).toBe(entry.title)
})

test('another language is made of the code and the details', () => {
  const cause = { kind: 'exit', of: 'thread', exitCode: 3 }
  const place = { native: false, function: 'spin', file: 'a.ts', line: 7, source: null }
  expect(chinese.error(crash({ cause, place: null }))).toBe('它自行退出，退出码 3。')
  expect(
    chinese.error(crash({ cause: { kind: 'uncaught' }, place: null, error: { name: 'E', message: 'x < y' } })),
  ).toBe('它抛出的错误无人捕获：x < y')
  const hang = { cause: { kind: 'hang', silent: 'thread', stopped: false }, place }
  expect(chinese.error({ code: 'PLUGIN_HUNG', message: '', details: hang })).toBe(
    '它连续 5 秒没有响应。当时它在 spin（a.ts:7）。',
  )
  expect(
    chinese.error({
      code: 'START_FAILED',
      message: '',
      details: { id: 'one', cause: crash({ cause, place: null }) },
    }),
  ).toBe('one 启动失败：它自行退出，退出码 3。')
  expect(
    chinese.reason({
      code: 'near-memory-limit',
      level: 'warning',
      message: '',
      details: { usedBytes: 52_428_800, budgetBytes: 67_108_864 },
    }),
  ).toBe('它使用了 50.0 MB 内存，上限为 64.0 MB。')
  const dependents = ['a', 'b']
  expect(chinese.step({ id: 'c', action: 'restart', code: 'asked', reason: '', details: { dependents } })).toBe(
    '您的请求。在此期间 a、b 将在没有它的情况下继续运行。',
  )
  expect(chinese.happening(entry)).toBe('ann 设置了配置修订 2，已立即生效。')
})

test('what a rule requests is said at its field', () => {
  const violation = { pointer: '/n', rule: 'maximum', message: '/n must be <= 10', params: { limit: 10 } }
  expect(chinese.violation(violation)).toBe('不能大于 10')
  expect(english.violation(violation)).toBe('must be <= 10')
  expect(chinese.error({ code: 'CONFIG_INVALID', message: '', details: [violation] })).toBe(
    '配置未通过校验：/n 不能大于 10',
  )
})

test('a code that it does not know, or details that it cannot use, fall back to the English sentence', () => {
  expect(chinese.error({ code: 'NEW_CODE', message: 'Something new.', details: null })).toBe('Something new.')
  expect(chinese.error(crash(null))).toBe('It crashed.')
  expect(chinese.happening({ ...entry, code: null })).toBe(entry.title)
})

test.each([
  ['heap-limit', '它的堆内存已达上限。'],
  ['heap-aborted', '它的堆无法再增长，进程已被中止。'],
  ['out-of-memory', '它使用了 50.0 MB 内存，上限为 64.0 MB。'],
  ['new-kind', '它耗尽了内存。'],
])('memory that ran out as %s is said in the language of the board', (kind, sentence) => {
  const cause = { kind, usedBytes: 52_428_800, budgetBytes: 67_108_864 }
  expect(chinese.error({ code: 'OUT_OF_MEMORY', message: '', details: { cause, place: null } })).toBe(sentence)
})

test.each(['full', 'read-only', 'locked', 'damaged', 'foreign', 'newer', 'half-restored', 'io', 'thread-ended'])(
  'storage that is unavailable because of %s is said in the language of the board, each in its own way',
  (trouble) => {
    const said = chinese.error({ code: 'STORE_UNAVAILABLE', message: 'English', details: { trouble } })
    expect(said).toMatch(/\p{Script=Han}/u)
    expect(said).not.toBe('存储暂时不可用。')
  },
)
