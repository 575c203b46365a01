import { useLocale } from 'use-intl'
import { figuresIn, type Figures } from './figures'

/** How figures and times are written in the language of the board. */
export function useFigures(): Figures {
  return figuresIn(useLocale())
}
