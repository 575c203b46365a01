import { join } from 'node:path'
import { writeBackup } from '../store/backup.ts'
import type { Handlers } from './handler.ts'

export const serverHandlers: Handlers<'server.backup'> = {
  'server.backup': async (_input, { dataDir }) => {
    const name = new Date().toISOString().replaceAll(/[:.]/g, '-')
    const { files } = await writeBackup(dataDir, join(dataDir, 'backups', name))
    return { path: `backups/${name}`, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) }
  },
}
