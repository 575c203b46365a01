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

/** A secret is not shown again. */
const HIDDEN: unknown = { $secret: expect.any(String) }

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
  password: { schema: { type: 'string', format: 'password' }, act: fill('open sesame'), value: HIDDEN },
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

/** A structure, what a person does in the form, and the value that they mean. */
interface Structure {
  readonly schema: object
  /** Beside the schema, in the root. */
  readonly root?: object
  readonly act: (form: Locator) => Promise<unknown>
  readonly value: unknown
}

const group = (form: Locator, name: string): Locator => form.getByRole('group', { name, exact: true })
const field = (form: Locator, name: string): Locator => form.getByLabel(name, { exact: true })
const pressAdd = (form: Locator): Promise<unknown> => form.getByRole('button', { name: '+ Add', exact: true }).click()
const number = { type: 'number' }
const objectOf = (properties: object, more: object = {}): object => ({ type: 'object', properties, ...more })

const STRUCTURES: Readonly<Record<string, Structure>> = {
  list: {
    schema: { type: 'array', items: text },
    act: async (form) => {
      const list = group(form, 'list')
      for (const [index, value] of ['a', 'b'].entries()) {
        await pressAdd(list)
        await group(list, `Item ${index + 1}`)
          .getByRole('textbox')
          .fill(value)
      }
    },
    value: ['a', 'b'],
  },
  listOfNumbers: {
    schema: { type: 'array', items: number },
    act: async (form) => {
      await pressAdd(group(form, 'listOfNumbers'))
      await group(group(form, 'listOfNumbers'), 'Item 1').getByRole('spinbutton').fill('1.5')
    },
    value: [1.5],
  },
  listOfFlags: {
    schema: { type: 'array', items: { type: 'boolean' } },
    act: async (form) => {
      await pressAdd(group(form, 'listOfFlags'))
      await group(form, 'listOfFlags').getByRole('checkbox').check()
    },
    value: [true],
  },
  choices: {
    schema: { type: 'array', uniqueItems: true, items: { enum: ['mon', 'tue', 'wed'] } },
    act: async (form) => {
      for (const name of ['wed', 'mon']) await group(form, 'choices').getByLabel(name).check()
    },
    value: ['wed', 'mon'],
  },
  object: {
    schema: objectOf({ host: text, port: { type: 'integer' } }),
    act: async (form) => {
      await field(group(form, 'object'), 'host').fill('a.example')
      await field(group(form, 'object'), 'port').fill('443')
    },
    value: { host: 'a.example', port: 443 },
  },
  deepObject: {
    schema: objectOf({ inner: objectOf({ innermost: objectOf({ leaf: text }) }) }),
    act: (form) => field(group(form, 'deepObject'), 'leaf').fill('x'),
    value: { inner: { innermost: { leaf: 'x' } } },
  },
  listOfObjects: {
    schema: { type: 'array', items: objectOf({ url: text, weight: number }, { required: ['url'] }) },
    act: async (form) => {
      const list = group(form, 'listOfObjects')
      for (const [index, url] of ['https://a', 'https://b'].entries()) {
        await pressAdd(list)
        await group(list, `Item ${index + 1}`)
          .getByLabel('url')
          .fill(url)
      }
      await group(list, 'Item 2').getByLabel('weight').fill('2')
      await list.getByRole('button', { name: 'Move up: Item 2' }).click()
    },
    value: [{ url: 'https://b', weight: 2 }, { url: 'https://a' }],
  },
  listOfLists: {
    schema: { type: 'array', items: { type: 'array', items: number } },
    act: async (form) => {
      const list = group(form, 'listOfLists')
      await pressAdd(list)
      await pressAdd(group(list, 'Item 1').first())
      await list.getByRole('spinbutton').fill('4')
    },
    value: [[4]],
  },
  removedItem: {
    schema: { type: 'array', items: text },
    act: async (form) => {
      const list = group(form, 'removedItem')
      for (const [index, value] of ['a', 'b', 'c'].entries()) {
        await pressAdd(list)
        await group(list, `Item ${index + 1}`)
          .getByRole('textbox')
          .fill(value)
      }
      await list.getByRole('button', { name: 'Remove: Item 2' }).click()
    },
    value: ['a', 'c'],
  },
  combined: {
    schema: { allOf: [objectOf({ left: text }), objectOf({ right: text })], type: 'object' },
    act: async (form) => {
      await field(group(form, 'combined'), 'left').fill('l')
      await field(group(form, 'combined'), 'right').fill('r')
    },
    value: { left: 'l', right: 'r' },
  },
  conditional: {
    schema: objectOf(
      { kind: { enum: ['file', 'net'] } },
      {
        if: { properties: { kind: { const: 'file' } }, required: ['kind'] },
        then: { properties: { path: text } },
        else: { properties: { address: text } },
      },
    ),
    act: async (form) => {
      await field(group(form, 'conditional'), 'kind').selectOption({ label: 'file' })
      await field(group(form, 'conditional'), 'path').fill('/srv')
    },
    value: { kind: 'file', path: '/srv' },
  },
  dependent: {
    schema: objectOf(
      { user: text },
      { dependentSchemas: { user: { properties: { realm: text }, required: ['realm'] } } },
    ),
    act: async (form) => {
      await field(group(form, 'dependent'), 'user').fill('ada')
      await group(form, 'dependent').getByLabel('realm').fill('home')
    },
    value: { user: 'ada', realm: 'home' },
  },
  dependentOfDraft7: {
    schema: objectOf({ user: text }, { dependencies: { user: { properties: { realm: text } } } }),
    act: async (form) => {
      await field(group(form, 'dependentOfDraft7'), 'user').fill('ada')
      await field(group(form, 'dependentOfDraft7'), 'realm').fill('home')
    },
    value: { user: 'ada', realm: 'home' },
  },
  branches: {
    schema: {
      oneOf: [
        objectOf({ type: { const: 'none' } }, { title: 'No sign-in', required: ['type'] }),
        objectOf({ type: { const: 'basic' }, user: text }, { title: 'Basic', required: ['type', 'user'] }),
      ],
    },
    act: async (form) => {
      await form.locator('select').filter({ hasText: 'Basic' }).selectOption({ label: 'Basic' })
      await form.getByLabel('user *', { exact: true }).or(field(form, 'user')).last().fill('ada')
    },
    value: { type: 'basic', user: 'ada' },
  },
  map: {
    schema: { type: 'object', additionalProperties: { type: 'integer' } },
    act: async (form) => {
      const map = group(form, 'map')
      await map.getByRole('button', { name: 'Add entry' }).click()
      await map.getByRole('spinbutton').fill('3')
      await map.getByLabel('Key of newKey').fill('a/b ~c')
      await map.getByLabel('Key of newKey').blur()
    },
    value: { 'a/b ~c': 3 },
  },
  mapOfObjects: {
    schema: { type: 'object', additionalProperties: objectOf({ size: { type: 'integer' } }) },
    act: async (form) => {
      const map = group(form, 'mapOfObjects')
      await map.getByRole('button', { name: 'Add entry' }).click()
      await map.getByLabel('size').fill('9')
      await map.getByLabel('Key of newKey').fill('one')
      await map.getByLabel('Key of newKey').blur()
    },
    value: { one: { size: 9 } },
  },
  oddNames: {
    schema: objectOf({ 'with blank': text, 'a.b': text, 'a/b': text, 'a~b': text, ключ: text }),
    act: async (form) => {
      for (const name of ['with blank', 'a.b', 'a/b', 'a~b', 'ключ'])
        await field(group(form, 'oddNames'), name).fill(name)
    },
    value: { 'with blank': 'with blank', 'a.b': 'a.b', 'a/b': 'a/b', 'a~b': 'a~b', ключ: 'ключ' },
  },
  draft7Definitions: {
    schema: { $ref: '#/definitions/endpoint' },
    root: { definitions: { endpoint: objectOf({ place: text }, { title: 'draft7Definitions' }) } },
    act: (form) => field(group(form, 'draft7Definitions'), 'place').fill('here'),
    value: { place: 'here' },
  },
  bounded: {
    schema: { type: 'integer', minimum: 1, maximum: 10, exclusiveMinimum: 0 },
    act: (form) => field(form, 'bounded').fill('10'),
    value: 10,
  },
  uuid: {
    schema: { type: 'string', format: 'uuid' },
    act: (form) => field(form, 'uuid').fill('123e4567-e89b-12d3-a456-426614174000'),
    value: '123e4567-e89b-12d3-a456-426614174000',
  },
  hostname: {
    schema: { type: 'string', format: 'hostname' },
    act: (form) => field(form, 'hostname').fill('vm-7.example.com'),
    value: 'vm-7.example.com',
  },
  duration: {
    schema: { type: 'string', format: 'duration' },
    act: (form) => field(form, 'duration').fill('PT15M'),
    value: 'PT15M',
  },
  regex: {
    schema: { type: 'string', format: 'regex' },
    act: (form) => field(form, 'regex').fill('^C:\\\\temp\\\\.*$'),
    value: '^C:\\\\temp\\\\.*$',
  },
  uncheckedDefault: {
    schema: { type: 'boolean', default: true },
    act: async (form) => {
      await field(form, 'uncheckedDefault').check()
      await field(form, 'uncheckedDefault').uncheck()
    },
    value: false,
  },
  choiceWithNothing: {
    schema: { enum: [null, 'a', 'b'] },
    act: (form) => field(form, 'choiceWithNothing').selectOption({ label: 'b' }),
    value: 'b',
  },
  mapByPattern: {
    schema: { type: 'object', patternProperties: { '^x-': text }, additionalProperties: false },
    act: (form) => field(form, 'mapByPattern').fill('{"x-team":"storage"}'),
    value: { 'x-team': 'storage' },
  },
}

test('what is entered into each structure is what is stored', async ({ page, server }) => {
  const structures = Object.entries(STRUCTURES)
  const properties = Object.fromEntries(structures.map(([name, { schema }]) => [name, { title: name, ...schema }]))
  const roots = Object.assign({}, ...structures.map(([, { root }]) => root ?? {})) as object
  const configSchema = { type: 'object', properties, ...roots }
  await server.loadCopy('rolling-stats', { id: 'structures', name: 'Structures', metadata: { configSchema } })
  await open(page, '/plugins?id=structures&tab=config')
  const form = page.getByRole('region', { name: 'Form' })
  for (const [name, { act }] of structures) {
    await test.step(name, () => act(form))
  }
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Revision 2')).toBeVisible()
  const { config } = (await server.ask('GET', '/plugins/structures/config')) as { config: object }
  expect(config).toEqual(Object.fromEntries(structures.map(([name, { value }]) => [name, value])))
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
