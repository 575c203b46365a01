import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DATABASE_FILE, noDataIn } from '../store/files.ts'
import { StoreError } from '../store/store-error.ts'
import { StoreWorker } from '../store/store-worker.ts'
import type { AuditVerdict } from '../store/tables/audit.ts'

/** Whether the audit of a data folder is whole, also while a server writes to it. @throws StoreError, or an Error that says there is none */
export async function verifyAudit(dataDir: string): Promise<AuditVerdict> {
  const file = join(dataDir, DATABASE_FILE)
  if (!existsSync(file)) throw new Error(noDataIn(dataDir))
  const reader = new StoreWorker({ file, mode: 'read' })
  try {
    return (await reader.run('audit.verify', undefined)) as AuditVerdict
  } catch (thrown) {
    throw thrown instanceof StoreError ? thrown : new StoreError('damaged', { cause: thrown })
  } finally {
    await reader.close()
  }
}
