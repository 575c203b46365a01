import { clock, type PluginManager } from '@plugboard/core'
import type { Store } from '../store/store.ts'
import { stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { VERSION } from '../settings/version.ts'
import { pruneBackups, writeBackup } from '../store/backup.ts'
import type { Handlers } from './handler.ts'

/** Backups kept in the data folder. When there are more, the oldest ones are deleted. */
const MAX_BACKUPS = 10

interface ServerServices {
  readonly dataDir: string
  /** No plugin is started. */
  readonly isSafe: boolean
  readonly manager: PluginManager
  readonly store: Store
}

export function serverHandlers({
  dataDir,
  isSafe,
  manager,
  store,
}: ServerServices): Handlers<'server.info' | 'server.backup'> {
  return {
    'server.info': async () => {
      const disk = await statfs(dataDir).catch(() => null)
      return {
        version: VERSION,
        nodeVersion: process.version,
        startedAt: Math.round(performance.timeOrigin),
        node: manager.context.node,
        host: manager.context.vmInstanceId,
        dataDir,
        isSafe,
        databaseBytes: (await sizeOf(store.file)) + (await sizeOf(`${store.file}-wal`)),
        freeBytes: disk && disk.bavail * disk.bsize,
        waiting: [...store.outboxes].map(({ state }) => state),
      }
    },
    'server.backup': async () => {
      const name = new Date(clock.epoch()).toISOString().replaceAll(/[:.]/g, '-')
      const folder = join(dataDir, 'backups')
      const { files } = await writeBackup(dataDir, join(folder, name))
      await pruneBackups(folder, MAX_BACKUPS, join(folder, name))
      return { path: `backups/${name}`, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) }
    },
  }
}

/** What was written last stands beside the database first. */
async function sizeOf(file: string): Promise<number> {
  return await stat(file).then(
    ({ size }) => size,
    () => 0,
  )
}
