import { ownNode } from '../own-node.ts'
import { read, write, type Db } from '../query.ts'

/** As many as a plugin keeps in memory; the oldest give way. */
const MAX_LETTERS = 1_000

export interface StoredLetter {
  readonly pluginId: string
  readonly letterId: string
  /** The letter as JSON, or that sealed. */
  readonly letter: string
}

export interface GoneLetter {
  readonly pluginId: string
  readonly gone: string
}

export const deadLetters = {
  /** All of them, each plugin's oldest first. */
  list: read(async (db): Promise<StoredLetter[]> => {
    const rows = await db.selectFrom('dead_letters').selectAll().orderBy('plugin_id').orderBy('letter_id').execute()
    return rows.map(({ plugin_id: pluginId, letter_id, letter }) => ({ pluginId, letterId: String(letter_id), letter }))
  }),

  /** Takes what came and what went, in that order. */
  change: write(async (db, changes: readonly (StoredLetter | GoneLetter)[]) => {
    for (const change of changes) {
      if ('gone' in change) await remove(db, change)
      else await put(db, change)
    }
    for (const pluginId of new Set(changes.map((change) => change.pluginId))) await trim(db, pluginId)
  }),

  forget: write(async (db, { pluginId }: { readonly pluginId: string }) => {
    await db.deleteFrom('dead_letters').where('plugin_id', '=', pluginId).execute()
  }),
}

async function put(db: Db, { pluginId, letterId, letter }: StoredLetter): Promise<void> {
  // One that was still on its way when its plugin was unloaded is gone with it.
  const plugin = await db.selectFrom('plugins').select('desired').where('id', '=', pluginId).executeTakeFirst()
  if (plugin?.desired === 'unloaded') return
  const row = { node: ownNode, plugin_id: pluginId, letter_id: Number(letterId), letter }
  await db.replaceInto('dead_letters').values(row).execute()
}

async function remove(db: Db, { pluginId, gone }: GoneLetter): Promise<void> {
  await db.deleteFrom('dead_letters').where('plugin_id', '=', pluginId).where('letter_id', '=', Number(gone)).execute()
}

async function trim(db: Db, pluginId: string): Promise<void> {
  const first = await db
    .selectFrom('dead_letters')
    .select('letter_id')
    .where('plugin_id', '=', pluginId)
    .orderBy('letter_id', 'desc')
    .offset(MAX_LETTERS - 1)
    .limit(1)
    .executeTakeFirst()
  if (!first) return
  await db
    .deleteFrom('dead_letters')
    .where('plugin_id', '=', pluginId)
    .where('letter_id', '<', first.letter_id)
    .execute()
}
