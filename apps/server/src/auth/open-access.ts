import { clock, Listeners } from '@plugboard/core'
import type { Logger } from 'pino'
import type { AuditTrail } from '../audit/audit-trail.ts'
import type { ServerConfig } from '../settings/config.ts'
import type { Store } from '../store/store.ts'
import { Accounts } from './accounts.ts'
import { ApiTokens } from './api-tokens.ts'
import { Invites } from './invites.ts'
import { LastSeen } from './last-seen.ts'
import { Authenticator, type Concern } from './authenticator.ts'

interface AccessOptions {
  readonly config: ServerConfig
  readonly store: Store
  readonly audit: AuditTrail
  readonly key: Buffer
  readonly log: Logger
}

/** Opens accounts and tokens; what has to be closed later goes to `owned`. @throws StoreError */
export async function openAccess(
  { config, store, audit, key, log }: AccessOptions,
  owned: AsyncDisposableStack,
): Promise<Authenticator> {
  const changes = new Listeners<Concern>()
  const changed = (concerns: Concern): void =>
    changes.emit(concerns, (err) => log.error({ err }, 'a listener of access threw'))
  const tokens = await ApiTokens.open({
    store,
    log,
    environmentToken: config.apiToken,
    onChange: (id) => changed(({ tokenId }) => tokenId === id),
  })
  owned.defer(() => tokens.close())
  const accounts = await Accounts.open({
    dataDir: config.dataDir,
    key,
    secure: config.tls !== null || config.behindProxy,
    log,
    onChange: (id) => changed(({ account }) => account?.id === id),
  })
  owned.use(accounts)
  const lastSeen = await LastSeen.open(store, log)
  owned.defer(() => lastSeen.close())
  const isEntitled = async (actor: string): Promise<boolean> =>
    tokens.isAdmin(actor) ||
    (await accounts.list()).some(({ email, role, disabled }) => email === actor && role === 'admin' && !disabled)
  const invites = await Invites.open({ store, isEntitled })
  const unknown = { actor: 'unknown', role: null, via: 'http', operation: 'request', target: null }
  const onRefused = (address: string, code: string): void =>
    audit.count({ at: clock.epoch(), address, ...unknown, result: code, detail: null })
  return new Authenticator({ accounts, tokens, invites, lastSeen, changes, onRefused })
}
