import { useLocaleChoice } from './locale-context'
import type { Say } from './say'

/** What the server says, in the language of the board. */
export function useSay(): Say {
  return useLocaleChoice().say
}
