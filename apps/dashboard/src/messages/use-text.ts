import { useTranslations } from 'use-intl'
import type { en } from './en'

declare module 'use-intl' {
  interface AppConfig {
    Locale: 'en'
    Messages: typeof en
  }
}

/** The texts of the board: `text('nav.overview')`. */
export const useText = useTranslations
