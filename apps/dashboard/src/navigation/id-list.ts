/** Several plugins in an address, which may hold anything: each id once, and not more than `max`. @param text ids, separated by commas */
export function parseIds(text: string | null, max: number): readonly string[] {
  return [...new Set((text ?? '').split(',').filter((id) => id !== ''))].slice(0, max)
}

/** As they stand in the address; null: there are none. */
export function idsText(ids: readonly string[]): string | null {
  return ids.length === 0 ? null : ids.join(',')
}
