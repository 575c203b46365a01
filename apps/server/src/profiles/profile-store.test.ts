import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { tempFolder } from '../../test/support.ts'
import { ProfileStore } from './profile-store.ts'

async function open(size: number, keptBytes?: number): Promise<{ shelf: ProfileStore; dataDir: string }> {
  const dataDir = await tempFolder()
  const taken = async (): Promise<string> => 'x'.repeat(size)
  const recorder = { profileCpu: taken, profileHeap: taken, heapSnapshot: () => Readable.from(['x'.repeat(size)]) }
  return { shelf: new ProfileStore(recorder, dataDir, keptBytes), dataDir }
}

test('over all plugins only so many bytes are kept; the oldest give way, the newest stays however large', async () => {
  const { shelf } = await open(100, 250)
  for (const id of ['a', 'b', 'c']) await shelf.record(id, 'cpu')
  expect((await shelf.list('a')).length).toBe(0)
  expect((await shelf.list('b')).length).toBe(1)
  expect((await shelf.list('c')).length).toBe(1)
  const { shelf: small } = await open(100, 50)
  await small.record('a', 'heap-snapshot')
  expect((await small.list('a')).length).toBe(1)
})

test('a stray file in the folder of recordings does no harm', async () => {
  const { shelf, dataDir } = await open(10)
  await mkdir(join(dataDir, 'recordings'))
  await writeFile(join(dataDir, 'recordings', 'stray'), 'x')
  await shelf.sweep()
  await shelf.record('a', 'cpu')
  expect((await shelf.list('a')).length).toBe(1)
})

test('of a plugin that is gone nothing is left, evidence of hangs included', async () => {
  const { shelf, dataDir } = await open(10)
  const hangs = join(dataDir, 'profiles', 'a')
  await mkdir(hangs, { recursive: true })
  await writeFile(join(hangs, '2026-11-25T10-00-00.000Z-hang.cpuprofile'), '{}')
  await shelf.record('a', 'cpu')
  expect((await shelf.list('a')).map(({ cause }) => cause)).toEqual(['asked', 'hang'])
  await shelf.forget('a')
  expect(await shelf.list('a')).toEqual([])
})
