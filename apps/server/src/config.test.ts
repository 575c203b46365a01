import { expect, test } from 'vitest'
import { parseConfig } from './config.ts'

test('defaults are loopback and this machine', () => {
  expect(parseConfig({})).toMatchObject({
    host: '127.0.0.1',
    port: 7584,
    apiToken: null,
    logLevel: 'info',
    origins: [],
    pluginPaths: [],
  })
})

test.each([
  ['PLUGBOARD_PORT', 'eighty'],
  ['PLUGBOARD_PORT', '70000'],
  ['PLUGBOARD_PORT', '-1'],
  ['PLUGBOARD_HOST', '0.0.0.0'],
  ['PLUGBOARD_HOST', 'example.org'],
  ['PLUGBOARD_LOG_LEVEL', 'loud'],
  ['PLUGBOARD_ORIGINS', 'localhost:3000'],
  ['PLUGBOARD_ORIGINS', 'http://a/path'],
  ['PLUGBOARD_API_TOKEN', 'short'],
  ['PLUGBOARD_API_TOKEN', 'with blanks in the middle'],
])('%s=%s is refused with one sentence that names it', (name, value) => {
  expect(() => parseConfig({ [name]: value })).toThrow(new RegExp(`^${name}.*\\.$`))
})

test('lists are split', () => {
  const { origins, pluginPaths } = parseConfig({
    PLUGBOARD_ORIGINS: 'http://a:1, https://b',
    PLUGBOARD_PLUGIN_PATHS: '/x:/y',
  })
  expect([origins, pluginPaths]).toEqual([
    ['http://a:1', 'https://b'],
    ['/x', '/y'],
  ])
})
