import type { SelectQueryBuilder } from 'kysely'

/** Of the rows in one answer, as JSON. */
export const MAX_PAGE_BYTES = 512 * 1_024

/**
 * The first rows of a query that one answer may carry, at least one. The rows after them are not read, so that no
 * question fills the memory of its thread.
 */
export async function pageOf<DB, Table extends keyof DB, Row, Answer>(
  query: SelectQueryBuilder<DB, Table, Row>,
  toAnswer: (row: Row) => Answer,
  maxBytes = MAX_PAGE_BYTES,
): Promise<Answer[]> {
  const page: Answer[] = []
  let bytes = 0
  for await (const row of query.stream()) {
    const answer = toAnswer(row)
    bytes += Buffer.byteLength(JSON.stringify(answer))
    if (page.length > 0 && bytes > maxBytes) break
    page.push(answer)
  }
  return page
}
