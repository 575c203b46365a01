import { sql, type RawBuilder } from 'kysely'
import type { DatabaseSync } from 'node:sqlite'

/** Case is folded for all letters, also where the folded form is longer: "GRÖSSE" finds "größe". */
function fold(text: string): string {
  return text.normalize('NFC').toUpperCase().toLowerCase()
}

/** SQLite's own `like` folds ASCII letters only, and ends at a NUL. */
export function addTextSearch(sqlite: DatabaseSync): void {
  sqlite.function('folded_has', { deterministic: true }, (text, folded) =>
    Number(typeof text === 'string' && fold(text).includes(String(folded))),
  )
}

/** A condition: the column has the text in it, in any case. */
export function hasText(column: string, text: string): RawBuilder<boolean> {
  return sql<boolean>`folded_has(${sql.ref(column)}, ${fold(text)})`
}

/** The same for a column of JSON: the text as it is, or as it is written inside a JSON string. */
export function jsonHasText(column: string, text: string): RawBuilder<boolean> {
  const written = JSON.stringify(text).slice(1, -1)
  if (written === text) return hasText(column, text)
  return sql<boolean>`(${hasText(column, text)} or ${hasText(column, written)})`
}

/** The same column of JSON: an object in which a field has this value, as text or as JSON. @param field `name=value` */
export function jsonHasField(column: string, field: string): RawBuilder<boolean> {
  const at = field.indexOf('=')
  const path = `$.${JSON.stringify(field.slice(0, at))}`
  const value = field.slice(at + 1)
  return sql<boolean>`(${sql.ref(column)} ->> ${path} = ${value} or ${sql.ref(column)} -> ${path} = ${value})`
}
