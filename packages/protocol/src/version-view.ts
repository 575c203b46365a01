import { z } from 'zod'
import { count, epochMs } from './number.ts'
import { permission } from './view.ts'

/** Where an installed version came from. */
const origin = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('folder'), path: z.string() }),
  z.object({ kind: z.literal('archive'), name: z.string().nullable() }),
  z.object({ kind: z.literal('npm'), spec: z.string() }),
  /** It ships with a release of Plugboard. */
  z.object({ kind: z.literal('bundled'), release: z.string() }),
])

/** An installed version of a plugin. */
export const versionView = z.object({
  id: z.string(),
  version: z.string(),
  /** SHA-256 over the names and contents of its files. */
  digest: z.string(),
  /** The plugin runs it, or starts with it next. */
  current: z.boolean(),
  /** An update has replaced it, and it stands by. */
  standby: z.boolean(),
  pinned: z.boolean(),
  /** Why it is not to be used, and since when; null: it may be. */
  banned: z.object({ reason: z.string(), at: epochMs, by: z.string() }).nullable(),
  /** The name of the trusted key that signed it. */
  signedBy: z.string().nullable(),
  installedAt: epochMs,
  installedBy: z.string(),
  from: origin,
  sizeBytes: count,
  /** Which versions of Plugboard it is made for, as a range; null: it does not say. */
  engine: z.string().nullable(),
})

export const installView = versionView.extend({
  /** False where the same version with the same files was there. */
  isNew: z.boolean(),
  /** Older versions that were removed for it. */
  removed: z.array(z.string()),
})

const fieldChange = z.object({ pointer: z.string(), before: z.unknown(), after: z.unknown() })

/** What differs between two versions. */
export const comparisonView = z.object({
  /** Of plugin.json, but for permissions and the schema. */
  metadata: z.array(fieldChange),
  permissions: z.object({ added: z.array(permission), removed: z.array(permission) }),
  schema: z.array(fieldChange),
  files: z.array(z.object({ path: z.string(), kind: z.enum(['added', 'removed', 'changed']) })),
})

export const gateCode = z.enum([
  'permissions',
  'config',
  'dependents',
  'major',
  'engine',
  'pinned',
  'banned',
  'unsigned',
])

/** What an update would do, and what is in its way. */
export const updatePlanView = z.object({
  id: z.string(),
  from: z.string(),
  to: z.string(),
  digest: z.string().nullable(),
  /** Those that have to be accepted. */
  gates: z.array(z.object({ code: gateCode, message: z.string(), details: z.unknown() })),
  strategy: z.enum(['swap', 'exclusive', 'restart']),
  /** How long the new version is watched, in milliseconds; null: until enough was seen. */
  watchMs: z.number().nullable(),
  steps: z.array(
    z.object({
      code: z.enum(['prepare', 'hand-over', 'stop', 'start', 'replace', 'watch', 'go-back']),
      reason: z.string(),
      /** What is lost by it. */
      loses: z.string().nullable(),
    }),
  ),
})

export type VersionView = z.infer<typeof versionView>
export type InstallView = z.infer<typeof installView>
export type ComparisonView = z.infer<typeof comparisonView>
export type UpdatePlanView = z.infer<typeof updatePlanView>
