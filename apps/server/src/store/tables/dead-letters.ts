import type { DeadLetter } from '@plugboard/core'
import { read, write } from '../query.ts'

export interface StoredLetter {
  readonly pluginId: string
  readonly letter: DeadLetter
}

export const deadLetters = {
  /** All of them, the oldest first. */
  list: read(async (db): Promise<StoredLetter[]> => {
    const rows = await db.selectFrom('dead_letters').selectAll().orderBy('at').execute()
    return rows.map(({ plugin_id, letter }) => ({ pluginId: plugin_id, letter: JSON.parse(letter) as DeadLetter }))
  }),

  /** Takes what was added and what is gone since the last time, in that order. */
  change: write(
    async (
      db,
      {
        added,
        gone,
      }: { readonly added: readonly StoredLetter[]; readonly gone: readonly { pluginId: string; letterId: string }[] },
    ) => {
      for (const { pluginId, letter } of added) {
        const row = { plugin_id: pluginId, letter_id: letter.id, at: letter.at, letter: JSON.stringify(letter) }
        await db.replaceInto('dead_letters').values(row).execute()
      }
      for (const { pluginId, letterId } of gone) {
        await db
          .deleteFrom('dead_letters')
          .where('plugin_id', '=', pluginId)
          .where('letter_id', '=', letterId)
          .execute()
      }
    },
  ),

  forget: write(async (db, { pluginId }: { readonly pluginId: string }) => {
    await db.deleteFrom('dead_letters').where('plugin_id', '=', pluginId).execute()
  }),
}
