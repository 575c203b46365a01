import type { Store } from '../store/store.ts'
import { auditView } from '../views/access.ts'
import type { Handlers } from './handler.ts'

const DEFAULT_LIMIT = 100

interface AuditServices {
  readonly store: Store
}

export function auditHandlers({ store }: AuditServices): Handlers<'audit.list' | 'audit.verify'> {
  return {
    'audit.list': async ({ limit = DEFAULT_LIMIT, ...filter }) =>
      (await store.audit.list({ ...filter, limit })).map(auditView),
    'audit.verify': async () => await store.audit.verify(),
  }
}
