import { mkdir, readdir, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempFolder } from '../../test/support.ts'
import { pruneBackups } from './backup.ts'

async function addBackup(folder: string, name: string, at: number): Promise<void> {
  await mkdir(join(folder, name), { recursive: true })
  await writeFile(join(folder, name, 'manifest.json'), JSON.stringify({ format: 1, at, files: [] }))
}

test('the newest backups are kept by the time in their manifests, whatever their names', async () => {
  const folder = await tempFolder()
  await addBackup(folder, 'zzz-oldest', 1_000)
  await addBackup(folder, 'aaa-newest', 9_000)
  for (let n = 1; n <= 9; n += 1) await addBackup(folder, `x-${n}`, 1_000 + n)
  await pruneBackups(folder, 10)
  expect((await readdir(folder)).toSorted()).toEqual([
    'aaa-newest',
    ...Array.from({ length: 9 }, (_, n) => `x-${n + 1}`),
  ])
})

test('the backup that was just made stays, also where the others say that they are later', async () => {
  const folder = await tempFolder()
  for (let n = 1; n <= 10; n += 1) await addBackup(folder, `later-${n}`, 9_000 + n)
  await addBackup(folder, 'just-made', 1_000)
  await pruneBackups(folder, 10, join(folder, 'just-made'))
  expect((await readdir(folder)).toSorted()).not.toContain('later-1')
  expect(await readdir(folder)).toContain('just-made')
})

test('what is no backup of ours is neither counted nor deleted', async () => {
  const folder = await tempFolder()
  const elsewhere = await tempFolder()
  await addBackup(elsewhere, 'linked', 1)
  await symlink(join(elsewhere, 'linked'), join(folder, 'link'))
  await mkdir(join(folder, '0-made-by-hand'))
  await mkdir(join(folder, 'broken'))
  await writeFile(join(folder, 'broken', 'manifest.json'), '{ "format": 1')
  await writeFile(join(folder, 'notes.txt'), 'x')
  await addBackup(folder, 'old', 1)
  await addBackup(folder, 'new', 2)
  await pruneBackups(folder, 1)
  expect((await readdir(folder)).toSorted()).toEqual(['0-made-by-hand', 'broken', 'link', 'new', 'notes.txt'])
  expect(await readdir(join(elsewhere, 'linked'))).toEqual(['manifest.json'])
})

test('a backup that was interrupted an hour ago is deleted, and one that is being made is not', async () => {
  const folder = await tempFolder()
  await mkdir(join(folder, '.2026-01-01.partial-abc123'))
  await mkdir(join(folder, '.2026-01-02.partial-def456'))
  const twoHoursAgo = Date.now() / 1_000 - 7_200
  await utimes(join(folder, '.2026-01-01.partial-abc123'), twoHoursAgo, twoHoursAgo)
  await pruneBackups(folder, 10)
  expect(await readdir(folder)).toEqual(['.2026-01-02.partial-def456'])
})
