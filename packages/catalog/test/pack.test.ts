import { cp, mkdir, readFile, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { list } from 'tar'
import { expect, test } from 'vitest'
import { inspect, pack } from '../src/index.ts'
import { openCatalog, pluginFiles, tempFolder, writeFolder } from './support.ts'

async function namesIn(file: string): Promise<string[]> {
  const names: string[] = []
  await list({ file, onReadEntry: (entry) => void names.push(entry.path) })
  return names
}

const json = (value: object): string => JSON.stringify(value)

test('a folder becomes an archive as npm makes it, the same bytes each time, and installs as the folder does', async () => {
  const files = pluginFiles({
    'lib/a.js': 'a',
    '.env': 'SECRET=1',
    'old-1.0.0.tgz': 'x',
    '.git/config': 'x',
    'README.md': '# x',
  })
  const folder = await writeFolder(files)
  const out = await tempFolder()
  const packed = await pack(folder, { out })
  expect(packed).toMatchObject({
    id: 'greeter',
    version: '1.0.0',
    files: 4,
    isSigned: false,
    path: join(out, 'greeter-1.0.0.tgz'),
  })
  expect(await namesIn(packed.path)).toEqual([
    'package/README.md',
    'package/index.js',
    'package/lib/a.js',
    'package/plugin.json',
  ])
  const copy = join(await tempFolder(), 'copy')
  await cp(folder, copy, { recursive: true })
  await utimes(join(copy, 'index.js'), 1, 1)
  const again = await pack(copy, { out: await tempFolder() })
  expect((await readFile(again.path)).equals(await readFile(packed.path))).toBe(true)

  const catalog = await openCatalog()
  const fromArchive = await catalog.install({ kind: 'path', path: packed.path }, { by: 'test' })
  expect(fromArchive).toMatchObject({ digest: packed.digest, from: { kind: 'archive', name: 'greeter-1.0.0.tgz' } })
  expect(await catalog.install({ kind: 'path', path: folder }, { by: 'test' })).toMatchObject({ isNew: false })
  expect((await inspect(folder)).digest).toBe(packed.digest)
})

test('what a plugin needs to run is inside, each package in the version that it finds, however it is installed', async () => {
  const folder = await writeFolder({
    ...pluginFiles({}, { id: 'needy' }),
    'package.json': json({
      name: 'needy',
      version: '1.0.0',
      files: ['index.js'],
      dependencies: { a: '1', b: '1' },
      devDependencies: { d: '1' },
      optionalDependencies: { gone: '1' },
      engines: { plugboard: '>=0.1' },
    }),
    // As pnpm has it: links into a store, in which each package finds what it needs beside it.
    'node_modules/.pnpm/a@1/node_modules/a/package.json': json({
      name: 'a',
      version: '1.0.0',
      dependencies: { c: '1' },
    }),
    'node_modules/.pnpm/a@1/node_modules/a/index.js': 'a',
    'node_modules/.pnpm/b@1/node_modules/b/package.json': json({
      name: 'b',
      version: '1.0.0',
      dependencies: { c: '2', a: '1' },
    }),
    'node_modules/.pnpm/c@1/node_modules/c/package.json': json({ name: 'c', version: '1.0.0' }),
    'node_modules/.pnpm/c@2/node_modules/c/package.json': json({
      name: 'c',
      version: '2.0.0',
      dependencies: { b: '1' },
    }),
    'node_modules/d/package.json': json({ name: 'd', version: '1.0.0' }),
  })
  const modules = join(folder, 'node_modules')
  const store = join(modules, '.pnpm')
  for (const [link, target] of [
    ['a', 'a@1/node_modules/a'],
    ['b', 'b@1/node_modules/b'],
    ['.pnpm/a@1/node_modules/c', 'c@1/node_modules/c'],
    ['.pnpm/b@1/node_modules/c', 'c@2/node_modules/c'],
    ['.pnpm/b@1/node_modules/a', 'a@1/node_modules/a'],
    ['.pnpm/c@2/node_modules/b', 'b@1/node_modules/b'],
  ] as const)
    await symlink(join(store, target), join(modules, link))

  const { path } = await pack(folder, { out: await tempFolder() })
  expect((await namesIn(path)).filter((name) => name.endsWith('package.json'))).toEqual([
    'package/node_modules/a/package.json',
    'package/node_modules/b/node_modules/c/package.json',
    'package/node_modules/b/package.json',
    'package/node_modules/c/package.json',
    'package/package.json',
  ])
  const catalog = await openCatalog()
  expect(await catalog.install({ kind: 'path', path }, { by: 'test' })).toMatchObject({ engine: '>=0.1' })
  const { folder: own } = await catalog.release('needy', '1.0.0')
  const versionOf = async (name: string): Promise<string> =>
    (JSON.parse(await readFile(join(own, name, 'package.json'), 'utf8')) as { version: string }).version
  expect(await versionOf('node_modules/c')).toBe('1.0.0')
  expect(await versionOf('node_modules/b/node_modules/c')).toBe('2.0.0')
})

test('a dependency that is not installed, and a folder that is no plugin, are refused by name', async () => {
  const out = await tempFolder()
  const needy = await writeFolder({
    ...pluginFiles(),
    'package.json': json({ name: 'x', version: '1.0.0', dependencies: { gone: '1' } }),
  })
  await expect(pack(needy, { out })).rejects.toMatchObject({
    details: { rule: 'dependencies' },
    message: expect.stringContaining('gone'),
  })
  const broken = await writeFolder({ ...pluginFiles(), 'package.json': '{' })
  await expect(pack(broken, { out })).rejects.toMatchObject({ details: { rule: 'dependencies' } })
  await expect(pack(await tempFolder(), { out })).rejects.toMatchObject({ details: { rule: 'metadata' } })
  await expect(pack('/nowhere', { out })).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' })
  const file = join(await tempFolder(), 'file')
  await writeFile(file, '')
  await expect(pack(file, { out })).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' })
  await mkdir(join(out, 'x'))
})
