import { apiTokens } from './api-tokens.ts'
import { audit } from './audit.ts'
import { configRevisions } from './config-revisions.ts'
import { deadLetters } from './dead-letters.ts'
import { idempotency } from './idempotency.ts'
import { incidents } from './incidents.ts'
import { invites } from './invites.ts'
import { lastSeen } from './last-seen.ts'
import { logs } from './logs.ts'
import { maintenance } from './maintenance.ts'
import { plugins } from './plugins.ts'
import { samples } from './samples.ts'
import { silences } from './silences.ts'
import { timeline } from './timeline.ts'
import { versions } from './versions.ts'

/** Everything the store can be asked. */
export const tables = {
  plugins,
  configRevisions,
  deadLetters,
  audit,
  apiTokens,
  invites,
  lastSeen,
  samples,
  timeline,
  incidents,
  silences,
  logs,
  idempotency,
  maintenance,
  versions,
}

export type Tables = typeof tables
export type TableName = keyof Tables
