import type { Migration } from 'kysely/migration'
import { pluginTables } from './0001-plugins.ts'
import { auditTable } from './0002-audit.ts'
import { apiTokensTable } from './0003-api-tokens.ts'
import { samplesTables } from './0004-samples.ts'
import { timelineTables } from './0005-timeline.ts'
import { logsTables } from './0006-logs.ts'
import { idempotencyTable } from './0007-idempotency.ts'
import { codeColumns } from './0008-codes.ts'
import { openEvents } from './0009-open-events.ts'
import { nodeColumns } from './0010-nodes.ts'
import { disabledColumns } from './0011-disabled.ts'
import { lossColumns } from './0012-losses.ts'
import { secretReferences } from './0013-secret-references.ts'
import { missedColumns } from './0014-missed.ts'
import { versionTables } from './0015-versions.ts'
import { timeIndexes } from './0016-times.ts'
import { silencesTable } from './0017-silences.ts'
import { inviteTables } from './0018-invites.ts'

/**
 * In the order they run, by name. One that has been released is never changed.
 * @param node this host's name
 */
export function migrationsOf(node: string): Record<string, Migration> {
  return {
    '0001-plugins': pluginTables,
    '0002-audit': auditTable,
    '0003-api-tokens': apiTokensTable,
    '0004-samples': samplesTables,
    '0005-timeline': timelineTables,
    '0006-logs': logsTables,
    '0007-idempotency': idempotencyTable,
    '0008-codes': codeColumns,
    '0009-open-events': openEvents(node),
    '0010-nodes': nodeColumns(node),
    '0011-disabled': disabledColumns,
    '0012-losses': lossColumns,
    '0013-secret-references': secretReferences,
    '0014-missed': missedColumns,
    '0015-versions': versionTables,
    '0016-times': timeIndexes,
    '0017-silences': silencesTable,
    '0018-invites': inviteTables,
  }
}
