import { auditView } from '../views.ts'
import type { Handlers } from './handler.ts'

const DEFAULT_LIMIT = 100

export const auditHandlers: Handlers<'audit.list' | 'audit.verify'> = {
  'audit.list': async ({ limit = DEFAULT_LIMIT, ...filter }, { store }) =>
    (await store.audit.list({ ...filter, limit })).map(auditView),
  'audit.verify': async (_input, { store }) => await store.audit.verify(),
}
