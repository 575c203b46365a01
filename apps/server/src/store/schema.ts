import type { PluginMetric } from '@plugboard/protocol'
import type { Generated } from 'kysely'

/** Columns as they lie in SQLite; times are epoch milliseconds, and what is not flat is JSON text. */
export interface StoreSchema {
  plugins: PluginsTable
  config_revisions: ConfigRevisionsTable
  dead_letters: DeadLettersTable
  audit: AuditTable
  api_tokens: ApiTokensTable
  sample_subjects: SampleSubjectsTable
  samples: SamplesTable
  timeline: TimelineTable
  incidents: IncidentsTable
  logs: LogsTable
  log_levels: LogLevelsTable
  idempotency: IdempotencyTable
  own_node: OwnNodeTable
  version_pins: VersionPinsTable
  version_bans: VersionBansTable
  silences: SilencesTable
  invites: InvitesTable
  last_seen: LastSeenTable
}

/** One row. */
interface OwnNodeTable {
  name: string
}

interface SampleSubjectsTable {
  id: Generated<number>
  node: string
  kind: string
  name: string
}

/** A row per subject and period, in seconds; of each metric how many samples went into it, and what they came to. */
type SamplesTable = { subject: number; period: number; at: number } & {
  [Column in `${PluginMetric}_${'n' | 'mean' | 'min' | 'max'}`]: number | null
}

interface TimelineTable {
  id: Generated<number>
  node: string
  at: number
  plugin_id: string | null
  kind: string
  severity: string
  code: string | null
  title: string
  actor: string | null
  incident_id: number | null
  detail: string | null
}

interface IncidentsTable {
  id: number
  node: string
  plugin_id: string
  kind: string
  message: string
  details: string | null
  opened_at: number
  last_at: number
  closed_at: number | null
  occurrences: number
  root_id: number | null
  affected: string
  evidence: string | null
}

interface LogsTable {
  seq: Generated<number>
  node: string
  at: number
  plugin_id: string
  level: number
  origin: string
  message: string
  fields: string | null
}

interface LogLevelsTable {
  node: string
  plugin_id: string
  level: string
  fall_back_to: string | null
  until: number | null
}

interface IdempotencyTable {
  key: string
  actor: string
  fingerprint: string
  at: number
  answer: string | null
}

interface SilencesTable {
  node: string
  plugin_id: string
  at: number
  until: number
  by: string
  note: string
}

interface VersionPinsTable {
  node: string
  plugin_id: string
  version: string
  at: number
  by: string
}

interface VersionBansTable extends VersionPinsTable {
  digest: string
  reason: string
}

interface PluginsTable {
  id: string
  node: string
  path: string
  desired: 'active' | 'loaded' | 'unloaded'
  disabled_at: number | null
  disabled_by: string | null
  setup: string
  position: number
  updated_at: number
}

interface ConfigRevisionsTable {
  node: string
  plugin_id: string
  revision: number
  at: number
  actor: string
  reverted_to: number | null
  has_references: number
  /** Without secrets. */
  config: string
  /** The whole of it, encrypted, where it holds secrets. */
  sealed: Uint8Array | null
  changes: string
  /** 1: its plugin has not taken it yet, and may refuse. */
  pending: number
}

interface DeadLettersTable {
  node: string
  plugin_id: string
  letter_id: number
  letter: string
}

interface ApiTokensTable {
  id: string
  name: string
  role: string
  hash: string
  created_at: number
  created_by: string
  expires_at: number | null
  last_used_at: number | null
}

interface InvitesTable {
  id: string
  role: string
  hash: string
  created_at: number
  created_by: string
  expires_at: number
}

interface LastSeenTable {
  account_id: string
  at: number
}

interface AuditTable {
  seq: number
  at: number
  actor: string
  role: string | null
  via: string
  address: string
  operation: string
  target: string | null
  result: string
  detail: string | null
  hash: string
}
