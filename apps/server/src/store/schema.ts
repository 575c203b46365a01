/** Columns as they lie in SQLite; times are epoch milliseconds, and what is not flat is JSON text. */
export interface StoreSchema {
  plugins: PluginsTable
  config_revisions: ConfigRevisionsTable
  dead_letters: DeadLettersTable
  audit: AuditTable
  api_tokens: ApiTokensTable
}

interface PluginsTable {
  id: string
  path: string
  desired: 'active' | 'loaded' | 'unloaded'
  setup: string
  position: number
  updated_at: number
}

interface ConfigRevisionsTable {
  plugin_id: string
  revision: number
  at: number
  actor: string
  reverted_to: number | null
  /** Without secrets. */
  config: string
  /** The whole of it, encrypted, where it holds secrets. */
  sealed: Uint8Array | null
  changes: string
}

interface DeadLettersTable {
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
