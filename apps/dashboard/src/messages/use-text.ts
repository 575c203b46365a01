import { useTranslations } from 'use-intl'
import type { en } from './en'
import type { Locale } from '@/format/locale'

declare module 'use-intl' {
  interface AppConfig {
    Locale: Locale
    Messages: typeof en
  }
}

/** The texts of the board: `text('nav.overview')`. */
export const useText = useTranslations
