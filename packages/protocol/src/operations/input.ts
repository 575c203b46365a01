import { z } from 'zod'

/** An id as a caller may write it; whether there is such a plugin is another question. */
export const pluginId = z.string().min(1).max(128)

const MAX_IDS = 50

/** Several ids; in a query they are separated by commas. */
export const pluginIds = z
  .union([z.array(pluginId), z.string().transform((text) => text.split(',').filter((id) => id !== ''))])
  .pipe(z.array(pluginId).min(1).max(MAX_IDS))

/** A flag that may stand in a query: `?cascade`, `?cascade=true`, `?cascade=1`. */
export const flag = z
  .union([z.boolean(), z.enum(['', 'true', '1', 'false', '0']).transform((text) => text !== 'false' && text !== '0')])
  .optional()

/** A number that may stand in a query. */
export const numeric = z.union([
  z.number(),
  z
    .string()
    .regex(/^\d{1,16}$/)
    .transform(Number),
])

/** Beyond it there are no dates. */
const LAST_MOMENT = 8_640_000_000_000_000

/** Epoch milliseconds, or a time as ISO 8601 writes it. */
export const moment = z.union([
  numeric.pipe(z.number().int().min(0).max(LAST_MOMENT)),
  z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
])

export const revision = z.union([
  z.number().int().positive(),
  z
    .string()
    .regex(/^"?\d{1,15}"?$/)
    .transform((text) => Number(text.replaceAll('"', ''))),
])

const MAX_LIMIT = 1_000

/** What an operation takes that answers its rows page by page. */
export const page = {
  before: numeric.optional(),
  limit: numeric.pipe(z.number().int().min(1).max(MAX_LIMIT)).optional(),
}

/** How a summary says that an operation answers page by page. @param cursor the field that `before` takes */
export function aPage(cursor: string): string {
  return `\`before\` is the \`${cursor}\` of the last one seen. An answer has at most \`limit\` of them and at most 512 KiB; an empty list is the end`
}
