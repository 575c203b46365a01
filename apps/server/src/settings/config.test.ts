import { expect, test } from 'vitest'
import { readdirSync } from 'node:fs'
import { OWN_PATHS, parseConfig } from './config.ts'

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
  ['PLUGBOARD_SAFE', 'yes'],
  ['PLUGBOARD_BUNDLED', 'chaos, kaos'],
  ['PLUGBOARD_BEHIND_PROXY', 'nginx'],
  ['PLUGBOARD_BASE_PATH', 'board'],
  ['PLUGBOARD_BASE_PATH', '/board/'],
  ['PLUGBOARD_BASE_PATH', '/a/../b'],
  ['PLUGBOARD_BASE_PATH', '/a b'],
  ['PLUGBOARD_BASE_PATH', '/api'],
  ['PLUGBOARD_BASE_PATH', '/plugins/board'],
  ['PLUGBOARD_TLS_CERT', '/cert.pem'],
  ['PLUGBOARD_API_TOKEN', 'short'],
  ['PLUGBOARD_API_TOKEN', 'with blanks in the middle'],
])('%s=%s is refused with one sentence that names it', (name, value) => {
  expect(() => parseConfig({ [name]: value })).toThrow(new RegExp(`^${name}.*\\.$`))
})

test('what others can reach demands TLS, its own or a proxy’s, and the address they use', () => {
  const reached = { PLUGBOARD_HOST: '0.0.0.0' }
  const origins = { PLUGBOARD_ORIGINS: 'https://board.example' }
  const tls = { PLUGBOARD_TLS_CERT: '/cert.pem', PLUGBOARD_TLS_KEY: '/key.pem' }
  expect(() => parseConfig({ ...reached, ...origins })).toThrow('PLUGBOARD_BEHIND_PROXY=1')
  expect(() => parseConfig({ ...reached, ...tls })).toThrow('PLUGBOARD_ORIGINS must name')
  expect(parseConfig({ ...reached, ...tls, ...origins })).toMatchObject({ host: '0.0.0.0', behindProxy: false })
  expect(parseConfig({ ...reached, ...origins, PLUGBOARD_BEHIND_PROXY: '1' })).toMatchObject({ tls: null })
})

test('an http address is refused where cookies travel over TLS only, except on loopback', () => {
  const behind = (origins: string) => parseConfig({ PLUGBOARD_BEHIND_PROXY: '1', PLUGBOARD_ORIGINS: origins })
  expect(() => behind('http://board.example')).toThrow('list https://board.example')
  expect(behind('https://board.example,http://localhost:3000').origins).toHaveLength(2)
})

test('all plugins that ship are loaded, some of them, or none', () => {
  expect(parseConfig({}).bundled).toContain('device-inventory')
  expect(parseConfig({ PLUGBOARD_BUNDLED: 'chaos, rolling-stats' }).bundled).toEqual(['chaos', 'rolling-stats'])
  expect(parseConfig({ PLUGBOARD_BUNDLED: 'all' }).bundled).toEqual(parseConfig({}).bundled)
  expect(parseConfig({ PLUGBOARD_BUNDLED: 'chaos,' }).bundled).toEqual(['chaos'])
  expect(parseConfig({ PLUGBOARD_BUNDLED: 'none' }).bundled).toEqual([])
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

test('the name of a host is given, or that of the machine; one that a topic cannot carry is refused', () => {
  expect(parseConfig({ PLUGBOARD_NODE: 'edge-1' }).node).toBe('edge-1')
  expect(parseConfig({}).node).toMatch(/^[a-z0-9-]{1,63}$/)
  for (const bad of ['Edge', 'a/b', 'a b', 'x'.repeat(64)]) {
    expect(() => parseConfig({ PLUGBOARD_NODE: bad })).toThrow('PLUGBOARD_NODE')
  }
})

test('a base path is what comes before every address; a slash alone is none', () => {
  expect(parseConfig({ PLUGBOARD_BASE_PATH: '/vm/board' })).toMatchObject({ basePath: '/vm/board' })
  expect(parseConfig({ PLUGBOARD_BASE_PATH: '/' })).toMatchObject({ basePath: '' })
})

test('no page of the board can be hidden by a base path', () => {
  const pages = new URL('../../../dashboard/src/app', import.meta.url)
  const folders = readdirSync(pages, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  expect(OWN_PATHS).toEqual(expect.arrayContaining(folders.map(({ name }) => name)))
})
