import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempFolder } from '../../test/support.ts'
import { bundledPluginsDir, currentPath } from './bundled.ts'

test('a bundled plugin of another installation is that of this one; a plugin of the same name elsewhere stays', async () => {
  const folder = await tempFolder()
  const ours = join(bundledPluginsDir(), 'chaos')
  await mkdir(join(folder, 'chaos'))
  const stored = { id: 'chaos', path: join(folder, 'chaos') }
  expect(currentPath(stored)).toBe(stored.path)
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: '@plugboard/bundled-plugins' }))
  expect(currentPath(stored)).toBe(ours)
  expect(currentPath({ id: 'chaos', path: join(folder, 'gone', 'chaos') })).toBe(ours)
  expect(currentPath({ id: 'own', path: join(folder, 'own') })).toBe(join(folder, 'own'))
})
