import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** What an event was before its data had a place of its own. */
interface FormerEvent {
  readonly id: string
  readonly at: number
  readonly source: string
  readonly type: string
  readonly eventType?: string
  readonly data?: unknown
  readonly [field: string]: unknown
}

interface FormerLetter {
  readonly events: readonly FormerEvent[]
}

interface FormerTable {
  readonly dead_letters: { plugin_id: string; letter_id: number; letter: string }
}

/**
 * Events have the shape `{ id, type, at, source, data, origin }` from here on: those of stored dead letters take it.
 * @param node this host's, which is where all of them come from
 */
export function openEvents(node: string): Migration {
  return {
    async up(any) {
      const db = any as Kysely<FormerTable>
      const rows = await db.selectFrom('dead_letters').selectAll().execute()
      for (const { plugin_id, letter_id, letter } of rows) {
        const former = JSON.parse(letter) as FormerLetter
        const next = { ...former, events: former.events.map((event) => openEvent(event, node)) }
        await db
          .updateTable('dead_letters')
          .set({ letter: JSON.stringify(next) })
          .where('plugin_id', '=', plugin_id)
          .where('letter_id', '=', letter_id)
          .execute()
      }
    },
  }
}

/** A `custom` event's type was its `eventType`; the other fields of any other were its data. */
function openEvent({ id, at, source, type, eventType, data, ...fields }: FormerEvent, node: string): object {
  const stamp = { id, at, source, origin: { node } }
  return type === 'custom' ? { ...stamp, type: eventType, data: data ?? null } : { ...stamp, type, data: fields }
}
