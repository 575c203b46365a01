import { z } from 'zod'
import { epochMs } from '../number.ts'
import { operation } from './operation.ts'

export const serverOperations = {
  'server.info': operation({
    role: 'viewer',
    audit: false,
    summary: 'Version, name and uptime of the server, and the size of its data',
    input: z.strictObject({}),
    output: z.object({
      version: z.string(),
      /** Of Node.js. */
      nodeVersion: z.string(),
      /** Epoch milliseconds. */
      startedAt: epochMs,
      /** This host's name. */
      node: z.string(),
      host: z.string(),
      dataDir: z.string(),
      /** It was started with `--safe`: no plugin is started. */
      isSafe: z.boolean(),
      databaseBytes: z.number(),
      /** Free on the disk of the data folder; null if it is unknown. */
      freeBytes: z.number().nullable(),
      /** What waits to be written to disk, by kind; `dropped` because too much waited, since the start. */
      waiting: z.array(z.object({ name: z.string(), items: z.number(), bytes: z.number(), dropped: z.number() })),
    }),
    rest: { method: 'GET', path: '/server' },
  }),
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
