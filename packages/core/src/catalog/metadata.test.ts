import { expect, test } from 'vitest'
import { isPluginError } from '../errors/plugin-error.ts'
import { inferMetadata, parseMetadata } from './metadata.ts'

const valid = { id: 'a', version: '1.0.0', entryPoint: 'index.ts' }

function violationsOf(metadata: object): string[] {
  try {
    parseMetadata(JSON.stringify(metadata), 'plugin.json')
    return []
  } catch (error) {
    if (isPluginError(error, 'METADATA_INVALID'))
      return error.details.violations.map(({ pointer, message }) => `${pointer} ${message}`)
    throw error
  }
}

test.each([
  ['permision', 'did you mean permissions?'],
  ['permission', 'did you mean permissions?'],
  ['Events', 'did you mean events?'],
  ['config', 'did you mean configSchema?'],
  ['dependency', 'did you mean dependencies?'],
  ['homepage', 'fields of your own begin with x-'],
])('a field that is not known, %s, is refused and not ignored', (field, guess) => {
  expect(violationsOf({ ...valid, [field]: [] })).toEqual([`/${field} is no field of plugin.json: ${guess}`])
})

test('fields for other tools are let be', () => {
  expect(violationsOf({ ...valid, $schema: 'https://example.com/plugin.json', 'x-owner': 'team' })).toEqual([])
})

test('a field of a permission that is not known is refused', () => {
  const permissions = [
    { name: 'FileSystemAccess', reads: ['/etc'] },
    { name: 'MemoryAllocation', bytes: 2 ** 29, megabytes: 512 },
  ]
  expect(violationsOf({ ...valid, permissions })).toEqual([
    '/permissions/0/reads is none of name, read, write',
    '/permissions/1/megabytes is none of name, bytes',
  ])
})

test('a byte order mark is read over', () => {
  expect(parseMetadata(`\uFEFF${JSON.stringify(valid)}`, 'plugin.json').id).toBe('a')
})

test('a name fits into a line and does not turn the text around it', () => {
  expect(violationsOf({ ...valid, name: 'x'.repeat(201) })).toEqual(['/name must have at most 200 characters'])
  for (const name of ['a\u202Eb', 'a\nb', 'a\u0000']) {
    expect(violationsOf({ ...valid, name })).toEqual(['/name must not contain control characters'])
  }
  expect(violationsOf({ ...valid, name: '温度 — Größe' })).toEqual([])
})

test('modules whose names have no letter of an id get ids that differ', () => {
  const ids = ['温度.mjs', '湿度.mjs'].map((file) => inferMetadata(file).id)
  expect(ids[0]).toMatch(/^plugin-[0-9a-f]{8}$/)
  expect(ids[1]).not.toBe(ids[0])
  expect(inferMetadata('My Plugin.mjs').id).toBe('my-plugin')
})
