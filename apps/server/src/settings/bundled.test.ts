import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempFolder } from '../../test/support.ts'
import { isBundled } from './bundled.ts'

test('a bundled plugin of another installation ships; a plugin of the same name elsewhere is somebody’s own', async () => {
  const folder = await tempFolder()
  await mkdir(join(folder, 'chaos'))
  const stored = { id: 'chaos', path: join(folder, 'chaos') }
  expect(isBundled(stored)).toBe(false)
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: '@plugboard/bundled-plugins' }))
  expect(isBundled(stored)).toBe(true)
  expect(isBundled({ id: 'chaos', path: join(folder, 'gone', 'chaos') })).toBe(true)
  expect(isBundled({ id: 'own', path: join(folder, 'own') })).toBe(false)
})
