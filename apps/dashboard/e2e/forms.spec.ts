import type { Locator, Page } from '@playwright/test'
import { expect, open, test } from './fixtures'

/** A shape of a schema, what a person does with its field, and the value that they mean. */
interface Shape {
  readonly schema: object | boolean
  readonly act: (field: Locator, page: Page) => Promise<unknown>
  readonly value: unknown
}

const fill =
  (text: string) =>
  (field: Locator): Promise<unknown> =>
    field.fill(text)
const choose =
  (label: string) =>
  (field: Locator): Promise<unknown> =>
    field.selectOption({ label })
const check = (field: Locator): Promise<unknown> => field.check()
const text = { type: 'string' }

const SHAPES: Readonly<Record<string, Shape>> = {
  text: { schema: text, act: fill('héllo 温度'), value: 'héllo 温度' },
  textWithBlanks: { schema: text, act: fill('  a  '), value: '  a  ' },
  textOfDigits: { schema: text, act: fill('007'), value: '007' },
  textLikeTrue: { schema: text, act: fill('true'), value: 'true' },
  textOrNothing: { schema: { type: ['string', 'null'] }, act: fill('here'), value: 'here' },
  pattern: { schema: { type: 'string', pattern: '^[a-z]+$' }, act: fill('abc'), value: 'abc' },
  email: { schema: { type: 'string', format: 'email' }, act: fill('a@example.com'), value: 'a@example.com' },
  uri: {
    schema: { type: 'string', format: 'uri' },
    act: fill('https://a.example/x?y=1'),
    value: 'https://a.example/x?y=1',
  },
  ipv4: { schema: { type: 'string', format: 'ipv4' }, act: fill('192.0.2.7'), value: '192.0.2.7' },
  password: { schema: { type: 'string', format: 'password' }, act: fill('open sesame'), value: 'open sesame' },
  date: { schema: { type: 'string', format: 'date' }, act: fill('2026-12-24'), value: '2026-12-24' },
  time: { schema: { type: 'string', format: 'time' }, act: fill('18:30:00Z'), value: '18:30:00Z' },
  integer: { schema: { type: 'integer' }, act: fill('42'), value: 42 },
  negative: { schema: { type: 'integer' }, act: fill('-7'), value: -7 },
  zero: { schema: { type: 'integer' }, act: fill('0'), value: 0 },
  largestSafe: { schema: { type: 'integer' }, act: fill('9007199254740991'), value: 9_007_199_254_740_991 },
  number: { schema: { type: 'number' }, act: fill('0.5'), value: 0.5 },
  price: { schema: { type: 'number', multipleOf: 0.01 }, act: fill('19.99'), value: 19.99 },
  exponent: { schema: { type: 'number' }, act: fill('1e-7'), value: 1e-7 },
  numberOrNothing: { schema: { type: ['number', 'null'] }, act: fill('3'), value: 3 },
  flag: { schema: { type: 'boolean' }, act: check, value: true },
  choice: { schema: { type: 'string', enum: ['red', 'green'] }, act: choose('green'), value: 'green' },
  choiceOfNumbers: { schema: { type: 'integer', enum: [1, 2, 3] }, act: choose('3'), value: 3 },
  choiceOfObjects: { schema: { enum: [{ size: 1 }, { size: 2 }] }, act: choose('{"size":2}'), value: { size: 2 } },
  choiceOfLists: { schema: { enum: [['a'], ['b']] }, act: choose('["b"]'), value: ['b'] },
  mixedChoiceNumber: { schema: { enum: [1, '1', 'x'] }, act: choose('1'), value: 1 },
  mixedChoiceText: { schema: { enum: [1, '1', 'x'] }, act: choose('"1"'), value: '1' },
  titledChoice: {
    schema: {
      oneOf: [
        { const: 'lo', title: 'Low' },
        { const: 'hi', title: 'High' },
      ],
    },
    act: choose('High'),
    value: 'hi',
  },
  anything: { schema: {}, act: fill('{"a":[1,null]}'), value: { a: [1, null] } },
  anythingText: { schema: true, act: fill('"text"'), value: 'text' },
  severalTypes: { schema: { type: ['string', 'integer', 'object'] }, act: fill('5'), value: 5 },
  tuple: {
    schema: { type: 'array', prefixItems: [text, { type: 'integer' }] },
    act: fill('["a", 1]'),
    value: ['a', 1],
  },
  listOfAnything: { schema: { type: 'array' }, act: fill('[1, "a", {}]'), value: [1, 'a', {}] },
  tree: {
    schema: { $ref: '#/$defs/node' },
    act: async (_field, page) => {
      await page.getByLabel('name', { exact: true }).fill('a')
      await page.getByRole('group', { name: 'children' }).getByRole('button', { name: '+ Add' }).click()
      await page.getByRole('group', { name: 'Item 1' }).getByLabel('name', { exact: true }).fill('b')
    },
    value: { name: 'a', children: [{ name: 'b' }] },
  },
  reference: { schema: { $ref: '#/$defs/port' }, act: fill('8080'), value: 8_080 },
  withDefault: { schema: { type: 'integer', default: 5 }, act: fill('6'), value: 6 },
}

const BIG = { type: 'integer', title: 'big' }
const FIXED = { const: 'v1', title: 'fixed' }

test('what is typed into a field of each shape is what is stored', async ({ page, server }) => {
  const shapes = Object.entries(SHAPES)
  const properties = Object.fromEntries(
    shapes.map(([name, { schema }]) => [name, typeof schema === 'boolean' ? schema : { title: name, ...schema }]),
  )
  const node = {
    type: 'object',
    properties: { name: text, children: { type: 'array', items: { $ref: '#/$defs/node' } } },
  }
  const $defs = { node, port: { type: 'integer', title: 'reference' } }
  const configSchema = { type: 'object', properties: { ...properties, big: BIG, fixed: FIXED }, $defs }
  await server.loadCopy('rolling-stats', { id: 'shapes', name: 'Shapes', metadata: { configSchema } })
  await open(page, '/plugins?id=shapes&tab=config')
  const form = page.getByRole('region', { name: 'Form' })
  for (const [name, { act }] of shapes) await act(form.getByLabel(name, { exact: true }), page)
  await expect(page.getByRole('button', { name: 'Save' })).toBeEnabled()

  // Too large for a number of JavaScript: refused, not rounded.
  const big = form.getByLabel('big', { exact: true })
  await big.fill('9007199254740993')
  await expect(page.getByRole('button', { name: 'Save' })).toBeDisabled()
  await big.fill('')
  // Not finished: nothing can be saved.
  const anything = form.getByLabel('anything', { exact: true })
  await anything.fill('{"a":')
  await expect(page.getByText('1 field has no usable value yet')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Save' })).toBeDisabled()
  await anything.fill('{"a":[1,null]}')

  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Revision 2')).toBeVisible()
  const { config } = (await server.ask('GET', '/plugins/shapes/config')) as { config: object }
  // Neither `big` nor `fixed`: an edit adds nothing that nobody has entered.
  expect(config).toEqual(Object.fromEntries(shapes.map(([name, { value }]) => [name, value])))

  // An optional choice can be taken back.
  await form.getByLabel('choice', { exact: true }).selectOption({ label: '(no value)' })
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Revision 3')).toBeVisible()
  const after = (await server.ask('GET', '/plugins/shapes/config')) as { config: object }
  expect(after.config).not.toHaveProperty('choice')
})

test('entries of a map are added, renamed and removed', async ({ page, server }) => {
  const labels = { type: 'object', title: 'Labels', additionalProperties: text }
  const metadata = { configSchema: { type: 'object', properties: { labels } } }
  await server.loadCopy('rolling-stats', { id: 'mapped', name: 'Mapped', metadata })
  await server.ask('PUT', '/plugins/mapped/config', { config: { labels: { one: '1', two: '2' } } })
  await open(page, '/plugins?id=mapped&tab=config')
  const entry = (key: string): Locator => page.getByRole('group', { name: key, exact: true })
  await page.getByRole('button', { name: 'Remove: one' }).click()
  await page.getByRole('button', { name: 'Add entry' }).click()
  await page.getByLabel('Key of newKey').fill('team')
  await page.getByLabel('Key of newKey').blur()
  await entry('team').getByRole('textbox').last().fill('storage')
  await page.getByLabel('Key of two').fill('zone')
  await page.getByLabel('Key of two').blur()
  await expect(entry('zone')).toBeVisible()
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Revision 3')).toBeVisible()
  const { config } = (await server.ask('GET', '/plugins/mapped/config')) as { config: object }
  expect(config).toEqual({ labels: { zone: '2', team: 'storage' } })
})

test('text of several lines keeps its lines, and a value that is not complete is no change', async ({
  page,
  server,
}) => {
  const properties = {
    note: { type: 'string', title: 'Note' },
    key: { type: 'string', title: 'Key', writeOnly: true },
    count: { type: 'integer', title: 'Count' },
  }
  const metadata = { configSchema: { type: 'object', properties } }
  await server.loadCopy('rolling-stats', { id: 'lines', name: 'Lines', metadata })
  await server.ask('PUT', '/plugins/lines/config', { config: { note: 'Dear Ada,\n\nyes.', count: 7 } })
  await open(page, '/plugins?id=lines&tab=config')
  await page.getByLabel('Note').press('End')
  await page.getByLabel('Note').press('Control+End')
  await page.getByLabel('Note').pressSequentially('!')
  // As a browser pastes it into a field of one line.
  await page.getByLabel('Key').evaluate((field) => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/plain', '-----BEGIN-----\nabc\n-----END-----\n')
    field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
  })
  await expect(page.getByLabel('Key')).toHaveValue('-----BEGIN-----\nabc\n-----END-----\n')
  await page.getByLabel('Count').press('Control+a')
  await page.getByLabel('Count').pressSequentially('5e')
  await expect(page.getByText('This value is not complete.')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Save' })).toBeDisabled()
  await page.getByLabel('Count').press('Control+a')
  await page.getByLabel('Count').pressSequentially('8')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Revision 3')).toBeVisible()
  const { config } = (await server.ask('GET', '/plugins/lines/config')) as { config: { note: string; count: number } }
  expect(config).toMatchObject({ note: 'Dear Ada,\n\nyes.!', count: 8 })

  // Replace without a new value keeps the stored one; only Clear removes it.
  await page.getByRole('button', { name: 'Replace' }).click()
  await page.getByLabel('Count').fill('9')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Revision 4')).toBeVisible()
  const after = (await server.ask('GET', '/plugins/lines/config')) as { config: object }
  expect(after.config).toEqual({ ...config, count: 9 })
})
