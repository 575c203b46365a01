import { createServer } from 'node:http'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { Catalog } from '../src/index.ts'
import { publish, startRegistry } from './registry.ts'
import { openCatalog, tempFolder, treeOf } from './support.ts'

const PLUGIN = {
  'plugin.json': JSON.stringify({ id: 'from-npm', version: '1.0.0', entryPoint: 'index.js' }),
  'index.js': "import { left } from 'left'\nexport default { status: () => left }\n",
}

test('a package of a registry is installed with what it needs, and no script of any of them runs', async () => {
  const registry = await startRegistry()
  const folder = await tempFolder()
  const ran = join(await tempFolder(), 'ran')
  const scripts = { preinstall: `touch ${ran}`, install: `touch ${ran}`, postinstall: `touch ${ran}` }
  await publish(registry, {
    name: 'right',
    exports: './index.js',
    version: '2.0.0',
    type: 'module',
    files: { 'index.js': 'export const right = 2\n' },
    scripts,
  })
  await publish(registry, {
    name: 'left',
    type: 'module',
    exports: './index.js',
    bin: { left: './index.js' },
    dependencies: { right: '^2.0.0' },
    scripts,
    files: { 'index.js': "import { right } from 'right'\nexport const left = `left of ${right}`\n" },
  })
  await publish(registry, {
    name: '@scope/plugin',
    type: 'module',
    dependencies: { left: '^1.0.0' },
    devDependencies: { 'not-there': '1' },
    peerDependencies: { '@plugboard/plugin-sdk': '*' },
    scripts,
    files: PLUGIN,
  })
  const catalog = await Catalog.open({ folder, npm: { registry } })
  const installed = await catalog.install({ kind: 'npm', spec: '@scope/plugin' }, { by: 'test' })
  expect(installed).toMatchObject({ id: 'from-npm', version: '1.0.0', from: { kind: 'npm', spec: '@scope/plugin' } })
  const { folder: own } = await catalog.release('from-npm', '1.0.0')
  expect(await treeOf(own)).toEqual([
    'index.js',
    'node_modules',
    'node_modules/left',
    'node_modules/left/index.js',
    'node_modules/left/package.json',
    'node_modules/right',
    'node_modules/right/index.js',
    'node_modules/right/package.json',
    'package.json',
    'plugin.json',
  ])
  const plugin = (await import(pathToFileURL(join(own, 'index.js')).href)) as { default: { status: () => string } }
  expect(plugin.default.status()).toBe('left of 2')
  expect(existsSync(ran)).toBe(false)
  expect(await treeOf(join(folder, '.staging'))).toEqual([])
  // Nothing of it names the registry: another mirror gives the same version.
  expect(await readFile(join(folder, 'from-npm/1.0.0/manifest.json'), 'utf8')).not.toContain('127.0.0.1')
  expect(await catalog.install({ kind: 'npm', spec: '@scope/plugin@^1.0.0' }, { by: 'test' })).toMatchObject({
    isNew: false,
    digest: installed.digest,
  })
}, 60_000)

test.each([
  ['a name that does not exist', 'no-such-package', 'the registry has no such version'],
  ['a version that does not exist', 'small@9', 'the registry has no such version'],
  ['a folder', 'file:/etc', 'does not name a package of a registry'],
  ['a repository', 'github:a/b', 'does not name a package of a registry'],
  ['an address', 'https://example.com/a.tgz', 'does not name a package of a registry'],
  ['a package that needs a repository', 'needs-git', 'it needs other from github:a/b'],
  ['a package that needs a folder', 'needs-folder', 'it needs other from file:../../etc'],
  ['a package whose need does not exist', 'needs-nobody', 'the registry has no such version'],
])(
  '%s is refused by name',
  async (_what, spec, reason) => {
    const registry = await startRegistry()
    await publish(registry, { name: 'small', files: PLUGIN })
    await publish(registry, { name: 'needs-git', files: PLUGIN, dependencies: { other: 'github:a/b' } })
    await publish(registry, { name: 'needs-folder', files: PLUGIN, dependencies: { other: 'file:../../etc' } })
    await publish(registry, { name: 'needs-nobody', files: PLUGIN, dependencies: { nobody: '1' } })
    const folder = await tempFolder()
    const catalog = await Catalog.open({ folder, npm: { registry } })
    const refused = catalog.install({ kind: 'npm', spec }, { by: 'test' })
    await expect(refused).rejects.toMatchObject({ code: 'NPM_FAILED', message: expect.stringContaining(reason) })
    expect(await treeOf(folder)).toEqual(['.staging'])
  },
  60_000,
)

test('a package that is no plugin is refused for that', async () => {
  const registry = await startRegistry()
  await publish(registry, { name: 'small', files: { 'index.js': '' } })
  const catalog = await openCatalog({ npm: { registry } })
  await expect(catalog.install({ kind: 'npm', spec: 'small' }, { by: 'test' })).rejects.toMatchObject({
    code: 'PACKAGE_INVALID',
    details: { rule: 'metadata', path: 'plugin.json' },
  })
}, 60_000)

test('a registry that hangs is given up, and leaves nothing behind', async () => {
  const server = createServer(() => {}).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const folder = await tempFolder()
  const registry = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const catalog = await Catalog.open({ folder, npm: { registry, timeoutMs: 2_000 } })
  await expect(catalog.install({ kind: 'npm', spec: 'small' }, { by: 'test' })).rejects.toMatchObject({
    code: 'NPM_FAILED',
    details: { spec: 'small', reason: 'it took more than 2 s' },
  })
  expect(await treeOf(folder)).toEqual(['.staging'])
}, 60_000)

test('a package that takes too much of the disk while it is fetched is given up, and leaves nothing behind', async () => {
  const registry = await startRegistry()
  await publish(registry, { name: 'vast', files: { ...PLUGIN, 'data.txt': 'x'.repeat(4 * 1_048_576) } })
  const folder = await tempFolder()
  const catalog = await Catalog.open({ folder, npm: { registry, maxBytes: 2 * 1_048_576 } })
  await expect(catalog.install({ kind: 'npm', spec: 'vast' }, { by: 'test' })).rejects.toMatchObject({
    code: 'NPM_FAILED',
    details: { spec: 'vast', reason: 'it takes more than 2 MB' },
  })
  expect(await treeOf(folder)).toEqual(['.staging'])
}, 60_000)
