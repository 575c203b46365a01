import { z } from 'zod'
import { auditView } from '../access-view.ts'
import { aPage, page } from './input.ts'
import { operation } from './operation.ts'

export const auditOperations = {
  'audit.list': operation({
    role: 'admin',
    audit: false,
    summary: `The audit log, newest first; ${aPage('seq')}`,
    input: z.strictObject({
      /** Part of the actor, the target or the operation. */
      text: z.string().min(1).max(256).optional(),
      target: z.string().min(1).max(128).optional(),
      actor: z.string().min(1).max(256).optional(),
      operation: z.string().min(1).max(64).optional(),
      ...page,
    }),
    output: z.array(auditView),
    rest: { method: 'GET', path: '/audit' },
  }),
  'audit.verify': operation({
    role: 'admin',
    audit: false,
    summary: 'Verifies the integrity of the audit log',
    input: z.strictObject({}),
    output: z.object({ rows: z.number().int(), brokenAt: z.number().int().nullable(), lastHash: z.string() }),
    rest: { method: 'GET', path: '/audit/verification' },
  }),
}
