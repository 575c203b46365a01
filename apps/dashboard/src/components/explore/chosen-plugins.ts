import { idsText, parseIds } from '../../navigation/id-list'

/** So many are drawn while none is chosen. */
const TOP = 5
/** More could not be told apart. */
const MAX_CHOSEN = 8

/** @param text as it stands in the address */
export function parseChosen(text: string | null): readonly string[] {
  return parseIds(text, MAX_CHOSEN)
}

/** Those that are drawn: the chosen ones, or the first of the ranking. */
export function drawnOf(chosen: readonly string[], ranking: readonly { readonly id: string }[]): readonly string[] {
  return chosen.length > 0 ? chosen : ranking.slice(0, TOP).map(({ id }) => id)
}

/** What the choice is after a plugin was added to it or taken out; as it stands in the address. */
export function withChosen(
  chosen: readonly string[],
  { id, isChosen }: { readonly id: string; readonly isChosen: boolean },
): string | null {
  const rest = chosen.filter((one) => one !== id)
  return idsText(isChosen ? [...rest, id].slice(-MAX_CHOSEN) : rest)
}
