import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { Catalog, type PackageRule } from '../src/index.ts'
import {
  archiveWith,
  paxOf,
  pluginFiles,
  streamOf,
  tarOf,
  tempFolder,
  treeOf,
  writeFolder,
  type TarEntry,
} from './support.ts'

const at = (name: string, more: Partial<TarEntry> = {}): TarEntry => ({ name: `package/${name}`, data: 'x', ...more })
const plugin = (metadata: object | string): Buffer =>
  gzipSync(
    tarOf([
      at('plugin.json', { data: typeof metadata === 'string' ? metadata : JSON.stringify(metadata) }),
      at('index.js', { data: 'export default {}' }),
    ]),
  )
const METADATA = { id: 'greeter', version: '1.0.0', entryPoint: 'index.js' }
const many = (count: number): TarEntry[] => Array.from({ length: count }, (_, n) => at(`many/${n}`, { data: '' }))

const HOSTILE: readonly [name: string, rule: PackageRule, archive: () => Buffer][] = [
  ['a name that leads out', 'name', () => archiveWith(at('../../out.txt'))],
  ['a name that leads out in the middle', 'name', () => archiveWith(at('a/../../../out.txt'))],
  [
    'a name that leads out by its POSIX header',
    'name',
    () => archiveWith(paxOf({ path: 'package/../../out' }), at('a')),
  ],
  [
    'a name that leads out by a long name',
    'name',
    () => archiveWith({ name: 'x', type: 'L', data: 'package/../../out\0' }, at('a')),
  ],
  ['an absolute name', 'name', () => archiveWith({ name: '/etc/plugboard', data: 'x' })],
  ['an absolute name below its folder', 'name', () => archiveWith({ name: 'package//etc/plugboard', data: 'x' })],
  ['a name of Windows', 'name', () => archiveWith(at('..\\..\\out.txt'))],
  ['a drive', 'name', () => archiveWith(at('C:/out.txt'))],
  ['a first folder that is none', 'name', () => archiveWith({ name: '../out.txt', data: 'x' })],
  ['a file beside its folder', 'name', () => archiveWith({ name: 'out.txt', data: 'x' })],
  ['a control character in a name', 'name', () => archiveWith(at('a\nb'))],
  ['a name that is no UTF-8', 'name', () => archiveWith(paxOf({ path: 'package/\uFFFD' }), at('a'))],
  [
    'a part longer than file systems take',
    'name',
    () => archiveWith(paxOf({ path: `package/${'a'.repeat(256)}` }), at('a')),
  ],
  [
    'a path longer than the system takes',
    'name',
    () => archiveWith(paxOf({ path: `package/${'a/'.repeat(2_100)}b` }), at('a')),
  ],
  ['a folder called __proto__', 'name', () => archiveWith(at('__proto__/index.js'))],
  ['a link', 'link', () => archiveWith(at('link', { type: '2', link: '/etc/passwd', data: '' }))],
  [
    'a link, and a file through it',
    'link',
    () => archiveWith(at('a', { type: '2', link: '/tmp', data: '' }), at('a/out.txt')),
  ],
  ['a hard link', 'link', () => archiveWith(at('link', { type: '1', link: '/etc/passwd', data: '' }))],
  ['a device', 'type', () => archiveWith(at('device', { type: '3', data: '' }))],
  ['a block device', 'type', () => archiveWith(at('device', { type: '4', data: '' }))],
  ['a pipe', 'type', () => archiveWith(at('pipe', { type: '6', data: '' }))],
  ['an entry of an unknown type', 'type', () => archiveWith(at('x', { type: 'Z' }))],
  ['two names that differ in case', 'collision', () => archiveWith(at('Index.js'))],
  ['two folders that differ in case', 'collision', () => archiveWith(at('lib/a'), at('LIB/b'))],
  ['two ways to write an accent', 'collision', () => archiveWith(at('\u00e9.js'), at('e\u0301.js'))],
  ['a name twice', 'collision', () => archiveWith(at('index.js'))],
  ['a file where a folder is', 'collision', () => archiveWith(at('a/b'), at('a'))],
  ['a folder where a file is', 'collision', () => archiveWith(at('a'), at('a/b'))],
  ['too many files', 'count', () => gzipSync(tarOf(many(10_001)))],
  ['a size beyond the limit', 'size', () => archiveWith(at('big', { size: 201 * 1_048_576, data: '' }))],
  [
    'a compression bomb',
    'size',
    () =>
      gzipSync(
        Buffer.concat([
          tarOf([at('a', { data: Buffer.alloc(150 * 1_048_576) })]).subarray(0, -1_024),
          tarOf([at('b', { data: Buffer.alloc(60 * 1_048_576) })]),
        ]),
        { level: 1 },
      ),
  ],
  [
    'zeros without an end',
    'size',
    () => gzipSync(Buffer.concat([tarOf([at('a')]), Buffer.alloc(230 * 1_048_576)]), { level: 1 }),
  ],
  ['no gzip', 'gzip', () => tarOf([at('plugin.json')])],
  ['nothing', 'gzip', () => Buffer.alloc(0)],
  ['a torn gzip', 'gzip', () => archiveWith(at('a', { data: 'a'.repeat(100_000) })).subarray(0, -40)],
  [
    'a gzip that is torn within a large file',
    'gzip',
    () => archiveWith(at('a', { data: randomBytes(4 * 1_048_576) })).subarray(0, 2 * 1_048_576),
  ],
  ['gzip in gzip', 'archive', () => gzipSync(archiveWith())],
  ['no tar', 'archive', () => gzipSync(Buffer.from('not a tar archive'.repeat(100)))],
  ['a torn tar', 'archive', () => gzipSync(tarOf([at('plugin.json', { data: 'x'.repeat(5_000) })]).subarray(0, 2_048))],
  ['no plugin.json', 'metadata', () => gzipSync(tarOf([at('index.js')]))],
  ['a plugin.json that is no JSON', 'metadata', () => plugin('{')],
  [
    'a plugin.json with __proto__',
    'metadata',
    () => plugin('{"id":"greeter","version":"1.0.0","entryPoint":"index.js","configSchema":{"__proto__":{"a":1}}}'),
  ],
  ['an id that leads out', 'metadata', () => plugin({ ...METADATA, id: '../greeter' })],
  ['a version that leads out', 'metadata', () => plugin({ ...METADATA, version: '../1.0.0' })],
  ['an entry point that is not there', 'entry', () => plugin({ ...METADATA, entryPoint: 'gone.js' })],
  ['an entry point outside', 'entry', () => plugin({ ...METADATA, entryPoint: '../index.js' })],
]

test.each(HOSTILE)('%s is refused by name, and leaves nothing behind', async (_name, rule, archive) => {
  const folder = await tempFolder()
  const catalog = await Catalog.open({ folder: join(folder, 'catalog') })
  const before = await treeOf(folder)
  await expect(catalog.install(streamOf(archive()), { by: 'test' })).rejects.toMatchObject({
    name: 'CatalogError',
    code: 'PACKAGE_INVALID',
    details: { rule },
  })
  expect(await treeOf(folder)).toEqual(before)
  expect(catalog.ids()).toEqual([])
})

test('what may not be in an archive may not be in a folder either', async () => {
  const catalog = await Catalog.open({ folder: await tempFolder() })
  const link = await writeFolder(pluginFiles())
  await symlink('/etc/passwd', join(link, 'link'))
  const pipe = await writeFolder(pluginFiles())
  execFileSync('mkfifo', [join(pipe, 'pipe')])
  const missing = await writeFolder({ 'index.js': '' })
  const file = join(await tempFolder(), 'x.tgz')
  await writeFile(file, 'no archive')
  const install = (path: string) => catalog.install({ kind: 'path', path }, { by: 'test' })
  await expect(install(link)).rejects.toMatchObject({ details: { rule: 'link', path: 'link' } })
  await expect(install(pipe)).rejects.toMatchObject({ details: { rule: 'type', path: 'pipe' } })
  await expect(install(missing)).rejects.toMatchObject({ details: { rule: 'metadata', path: 'plugin.json' } })
  await expect(install(file)).rejects.toMatchObject({ details: { rule: 'gzip' } })
  await expect(install('/nowhere')).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' })
  await expect(install('/dev/null')).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' })
  await mkdir(join(link, 'more'))
  expect(catalog.ids()).toEqual([])
})
