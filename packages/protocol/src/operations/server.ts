import { z } from 'zod'
import { operation } from './operation.ts'

export const serverOperations = {
  'server.backup': operation({
    role: 'admin',
    audit: { fields: [] },
    summary:
      'Copies the state of the server, as it is at this moment, into its data folder; the path is relative to that',
    input: z.strictObject({}),
    output: z.object({ path: z.string(), bytes: z.number().int() }),
    rest: { method: 'POST', path: '/backups', status: 201 },
  }),
}
