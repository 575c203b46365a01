import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeBackup } from '../store/backup.ts'
import type { Handlers } from './handler.ts'

/** Copies that lie beside what they are of; the oldest give way. */
const MAX_BACKUPS = 10

export const serverHandlers: Handlers<'server.backup'> = {
  'server.backup': async (_input, { dataDir }) => {
    const name = new Date().toISOString().replaceAll(/[:.]/g, '-')
    const folder = join(dataDir, 'backups')
    const { files } = await writeBackup(dataDir, join(folder, name))
    await keepNewest(folder)
    return { path: `backups/${name}`, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) }
  },
}

async function keepNewest(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => !name.startsWith('.')).sort()
  for (const name of names.slice(0, -MAX_BACKUPS)) await rm(join(folder, name), { recursive: true })
}
