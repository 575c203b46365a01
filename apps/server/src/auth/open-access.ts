import type { Logger } from 'pino'
import type { AuditTrail } from '../audit/audit-trail.ts'
import type { ServerConfig } from '../config.ts'
import type { Store } from '../store/store.ts'
import { Accounts } from './accounts.ts'
import { ApiTokens } from './api-tokens.ts'
import { Authenticator } from './authenticator.ts'
import type { Principal } from './principal.ts'

interface AccessOptions {
  readonly config: ServerConfig
  readonly store: Store
  readonly audit: AuditTrail
  readonly key: Buffer
  readonly log: Logger
  /** Something was taken away, or has changed: who is connected with it must be looked at anew. */
  readonly recheck: (concerns: (principal: Principal) => boolean) => void
}

/** Opens accounts and tokens; what has to be closed later goes to `owned`. @throws StoreError */
export async function openAccess(
  { config, store, audit, key, log, recheck }: AccessOptions,
  owned: AsyncDisposableStack,
): Promise<Authenticator> {
  const tokens = await ApiTokens.open({
    store,
    log,
    environmentToken: config.apiToken,
    onChange: (id) => recheck(({ tokenId }) => tokenId === id),
  })
  owned.defer(() => tokens.close())
  const accounts = await Accounts.open({
    dataDir: config.dataDir,
    key,
    secure: config.tls !== null || config.behindProxy,
    log,
    onChange: (id) => recheck(({ account }) => account?.id === id),
  })
  owned.use(accounts)
  const unknown = { actor: 'unknown', role: null, via: 'http', operation: 'request', target: null }
  const onRefused = (address: string, code: string): void =>
    audit.count({ at: Date.now(), address, ...unknown, result: code, detail: null })
  return new Authenticator({ accounts, tokens, onRefused })
}
