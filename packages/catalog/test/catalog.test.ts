import { generateKeyPairSync } from 'node:crypto'
import { appendFile, chmod, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Catalog, pack, SIGNATURE_FILE, type CatalogOptions } from '../src/index.ts'
import { openCatalog, pluginFiles, tempFolder, treeOf, writeFolder } from './support.ts'

const by = 'ada@example.com'

test('a folder is installed as a version: read-only, with what is known of it, also after a restart', async () => {
  const folder = await tempFolder()
  const catalog = await Catalog.open({ folder })
  const path = await writeFolder(pluginFiles({ 'lib/a.js': 'export const a = 1\n' }))
  const installed = await catalog.install({ kind: 'path', path }, { by })
  expect(installed).toMatchObject({
    id: 'greeter',
    version: '1.0.0',
    digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    signedBy: null,
    installedBy: by,
    from: { kind: 'folder', path },
    isNew: true,
  })
  const own = join(folder, 'greeter', '1.0.0')
  expect(await treeOf(own)).toEqual([
    'manifest.json',
    'package',
    'package/index.js',
    'package/lib',
    'package/lib/a.js',
    'package/plugin.json',
  ])
  expect((await stat(join(own, 'package/index.js'))).mode & 0o222).toBe(0)

  const again = await Catalog.open({ folder })
  const { isNew: _isNew, ...rest } = installed
  expect(again.list('greeter')).toEqual([rest])
  expect(await again.release('greeter', '1.0.0')).toMatchObject({
    metadata: { id: 'greeter' },
    folder: join(own, 'package'),
    digest: installed.digest,
  })
})

test('the same version is installed once; the same version with other files is refused, and the first one stays', async () => {
  const catalog = await openCatalog()
  const path = await writeFolder(pluginFiles())
  const first = await catalog.install({ kind: 'path', path }, { by })
  expect(await catalog.install({ kind: 'path', path }, { by: 'bob' })).toMatchObject({ isNew: false, installedBy: by })
  const other = await writeFolder(pluginFiles({ 'index.js': 'export default {}\n' }))
  await expect(catalog.install({ kind: 'path', path: other }, { by })).rejects.toMatchObject({
    code: 'VERSION_EXISTS',
    details: { id: 'greeter', version: '1.0.0', digest: first.digest },
  })
  expect((await catalog.verify('greeter', '1.0.0')).digest).toBe(first.digest)
})

test('of several installations of the same at once one is new, and none fails', async () => {
  const folder = await tempFolder()
  const catalog = await Catalog.open({ folder })
  const path = await writeFolder(pluginFiles())
  const results = await Promise.all(Array.from({ length: 8 }, () => catalog.install({ kind: 'path', path }, { by })))
  expect(results.filter(({ isNew }) => isNew)).toHaveLength(1)
  expect(await treeOf(join(folder, '.staging'))).toEqual([])
  await catalog.verify('greeter', '1.0.0')
})

test('what must be one plugin, or one digest, is no other', async () => {
  const catalog = await openCatalog()
  const path = await writeFolder(pluginFiles())
  const install = (expected: { id?: string; digest?: string }) =>
    catalog.install({ kind: 'path', path }, { by, expected })
  await expect(install({ id: 'other' })).rejects.toMatchObject({
    code: 'PACKAGE_UNEXPECTED',
    details: { what: 'id', expected: 'other', found: 'greeter' },
  })
  await expect(install({ digest: '0'.repeat(64) })).rejects.toMatchObject({
    code: 'PACKAGE_UNEXPECTED',
    details: { what: 'digest' },
  })
  expect(catalog.ids()).toEqual([])
  const { digest } = await catalog.install({ kind: 'path', path }, { by })
  await catalog.remove('greeter', '1.0.0')
  expect(await install({ id: 'greeter', digest })).toMatchObject({ isNew: true })
})

test.each<[what: string, tamper: (folder: string) => Promise<void>, path: string, kind: string]>([
  ['a changed file', (folder) => appendFile(join(folder, 'package/index.js'), '//'), 'index.js', 'changed'],
  ['a file more', (folder) => writeFile(join(folder, 'package/more.js'), ''), 'more.js', 'added'],
  ['a file less', (folder) => rm(join(folder, 'package/index.js')), 'index.js', 'removed'],
  ['a manifest that is gone', (folder) => rm(join(folder, 'manifest.json')), 'manifest.json', 'changed'],
  [
    'a manifest that was changed with its file',
    async (folder) => {
      await writeFile(join(folder, 'package/index.js'), 'evil')
      const { createHash } = await import('node:crypto')
      const file = join(folder, 'manifest.json')
      const manifest = JSON.parse(await readFile(file, 'utf8')) as { files: { path: string; sha256: string }[] }
      const sha256 = createHash('sha256').update('evil').digest('hex')
      const files = manifest.files.map((one) => (one.path === 'index.js' ? { ...one, sha256 } : one))
      await writeFile(file, JSON.stringify({ ...manifest, files }))
    },
    'manifest.json',
    'changed',
  ],
])('%s is told before a start, by name', async (_what, tamper, path, kind) => {
  const folder = await tempFolder()
  const catalog = await Catalog.open({ folder })
  await catalog.install({ kind: 'path', path: await writeFolder(pluginFiles()) }, { by })
  const own = join(folder, 'greeter/1.0.0')
  for (const file of ['package', 'package/index.js', 'manifest.json']) await chmod(join(own, file), 0o755)
  await tamper(own)
  await expect(catalog.release('greeter', '1.0.0')).rejects.toMatchObject({
    code: 'VERSION_TAMPERED',
    details: { id: 'greeter', version: '1.0.0', changes: [{ path, kind }] },
  })
})

test('versions are listed with the newest first, compared, removed, and only the last ones kept', async () => {
  const catalog = await openCatalog()
  for (const version of ['1.0.0', '1.2.0', '1.10.0', '2.0.0-rc.1', '2.0.0', '0.9.0', '3.0.0']) {
    const metadata =
      version === '2.0.0' ? { version, permissions: ['NetworkAccess'], configSchema: { type: 'object' } } : { version }
    const files = version === '2.0.0' ? { 'lib.js': '', 'index.js': 'changed' } : {}
    await catalog.install({ kind: 'path', path: await writeFolder(pluginFiles(files, metadata)) }, { by })
  }
  const versions = (): string[] => catalog.list('greeter').map(({ version }) => version)
  expect(versions()).toEqual(['3.0.0', '2.0.0', '2.0.0-rc.1', '1.10.0', '1.2.0', '1.0.0', '0.9.0'])
  expect(await catalog.compare('greeter', '1.0.0', '2.0.0')).toEqual({
    metadata: [{ pointer: '/version', before: '1.0.0', after: '2.0.0' }],
    permissions: { added: ['NetworkAccess'], removed: [] },
    schema: [{ pointer: '', before: undefined, after: { type: 'object' } }],
    files: [
      { path: 'index.js', kind: 'changed' },
      { path: 'lib.js', kind: 'added' },
      { path: 'plugin.json', kind: 'changed' },
    ],
  })
  await catalog.remove('greeter', '3.0.0')
  await expect(catalog.remove('greeter', '3.0.0')).rejects.toMatchObject({ code: 'VERSION_NOT_FOUND' })
  await expect(catalog.verify('..', '1.0.0')).rejects.toMatchObject({ code: 'VERSION_NOT_FOUND' })
  expect(await catalog.prune('greeter', { keep: 4, inUse: new Set(['0.9.0', '1.2.0']) })).toEqual(['1.0.0', '1.10.0'])
  expect(versions()).toEqual(['2.0.0', '2.0.0-rc.1', '1.2.0', '0.9.0'])
})

test('what an installation left that was cut short is gone at the next start; what is whole is there', async () => {
  const folder = await tempFolder()
  const catalog = await Catalog.open({ folder })
  await catalog.install({ kind: 'path', path: await writeFolder(pluginFiles()) }, { by })
  await mkdir(join(folder, '.staging/install-x/package'), { recursive: true })
  await writeFile(join(folder, '.staging/install-x/package/plugin.json'), '{')
  await chmod(join(folder, '.staging/install-x/package'), 0o555)
  await mkdir(join(folder, 'half/1.0.0/package'), { recursive: true })
  const again = await Catalog.open({ folder })
  expect(await treeOf(join(folder, '.staging'))).toEqual([])
  expect(again.ids()).toEqual(['greeter'])
})

const keys = () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  return {
    publicKey: String(publicKey.export({ type: 'spki', format: 'pem' })),
    privateKey: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
  }
}

test('a signature names its signer; a wrong one is refused, and a missing one where all must be signed', async () => {
  const [own, other] = [keys(), keys()]
  const out = await tempFolder()
  const trustedKeys = [{ name: 'Ada', publicKey: own.publicKey }]
  const folder = await writeFolder(pluginFiles())
  const signed = await pack(folder, { out, privateKey: own.privateKey })
  const any = await openCatalog({ trustedKeys })
  expect(await any.install({ kind: 'path', path: signed.path }, { by })).toMatchObject({
    signedBy: 'Ada',
    digest: signed.digest,
  })
  await any.verify('greeter', '1.0.0')
  // Without its signature it is the same version.
  const { path: unsigned } = await pack(folder, { out: join(out, 'unsigned') })
  expect(await any.install({ kind: 'path', path: unsigned }, { by })).toMatchObject({ isNew: false })

  const strict = await openCatalog({ trustedKeys, policy: 'signed' })
  await expect(strict.install({ kind: 'path', path: unsigned }, { by })).rejects.toMatchObject({ code: 'UNSIGNED' })
  const stranger = await pack(folder, { out: join(out, 'stranger'), privateKey: other.privateKey })
  await expect(strict.install({ kind: 'path', path: stranger.path }, { by })).rejects.toMatchObject({
    code: 'UNSIGNED',
    message: expect.stringContaining('a key that is not trusted'),
  })
  expect(strict.ids()).toEqual([])
  expect(await strict.install({ kind: 'path', path: signed.path }, { by })).toMatchObject({ signedBy: 'Ada' })
  await expect(pack(folder, { out, privateKey: 'no key' })).rejects.toThrow()
})

test('a version is signed by nobody any more once its key has lost the trust', async () => {
  const { publicKey, privateKey } = keys()
  const folder = await tempFolder()
  const { path } = await pack(await writeFolder(pluginFiles()), { out: await tempFolder(), privateKey })
  const trustedKeys = [{ name: 'Ada', publicKey }]
  await (await Catalog.open({ folder, trustedKeys })).install({ kind: 'path', path }, { by })
  const signers = async (keysNow: CatalogOptions['trustedKeys'] = []): Promise<unknown[]> =>
    (await Catalog.open({ folder, trustedKeys: keysNow })).list('greeter').map(({ signedBy }) => signedBy)
  expect(await signers()).toEqual([null])
  expect(await signers([{ name: 'Ada Lovelace', publicKey }])).toEqual(['Ada Lovelace'])
})

test.each([
  ['of other files', (text: string) => text],
  ['that is none', () => '{}'],
  ['that is no JSON', () => '{'],
])('a signature %s is refused', async (_what, change) => {
  const { publicKey, privateKey } = keys()
  const catalog = await openCatalog({ trustedKeys: [{ name: 'Ada', publicKey }] })
  const { path } = await pack(await writeFolder(pluginFiles()), { out: await tempFolder(), privateKey })
  const source = await openCatalog()
  await source.install({ kind: 'path', path }, { by })
  const { folder } = await source.release('greeter', '1.0.0')
  const text = change(await readFile(join(folder, SIGNATURE_FILE), 'utf8'))
  const { archiveWith, streamOf } = await import('./support.ts')
  const archive = archiveWith({ name: `package/${SIGNATURE_FILE}`, data: text }, { name: 'package/more.js', data: 'x' })
  await expect(catalog.install(streamOf(archive), { by })).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' })
  expect(catalog.ids()).toEqual([])
})
