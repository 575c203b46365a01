import { readFile } from 'node:fs/promises'
import { z } from 'zod'

const file = z.object({ path: z.string(), sha256: z.string().length(64), size: z.int().nonnegative() })

/** Where a version came from. */
const origin = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('folder'), path: z.string() }),
  z.object({ kind: z.literal('archive'), name: z.string().nullable() }),
  z.object({ kind: z.literal('npm'), spec: z.string() }),
  z.object({ kind: z.literal('bundled'), release: z.string() }),
])
export type Origin = z.infer<typeof origin>

const manifest = z.object({
  format: z.literal(1),
  id: z.string(),
  version: z.string(),
  digest: z.string().length(64),
  files: z.array(file),
  sizeBytes: z.int().nonnegative(),
  /** Which ranges of Plugboard it works with; null where it does not say. */
  engine: z.string().nullable(),
  /** The name of the trusted key that signed it; null where none did. */
  signedBy: z.string().nullable(),
  /** Epoch milliseconds. */
  installedAt: z.number(),
  installedBy: z.string(),
  from: origin,
})

/** What is known of an installed version: it lies beside its files. */
export type Manifest = z.infer<typeof manifest>

/** Null where there is none that can be read. */
export async function readManifest(path: string): Promise<Manifest | null> {
  try {
    return manifest.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch {
    return null
  }
}
