'use client'

import { createContext, useContext, useEffect, useState, type ReactNode } from 'react'
import { IntlProvider } from 'use-intl'
import { figuresIn } from '@/format/figures'
import { keep, readKept } from '@/hooks/storage'
import { en } from './en'
import { LOCALES, type Locale } from '@/format/locale'
import type { Messages } from './messages'
import { sayIn, type Say } from './say'

const KEY = 'plugboard.locale'

interface LocaleChoice {
  readonly locale: Locale
  readonly say: Say
  readonly choose: (locale: Locale) => void
}

interface Language {
  readonly locale: Locale
  readonly messages: Messages
  readonly say: Say
}

const ENGLISH: Language = { locale: 'en', messages: en, say: sayIn('en', null, figuresIn('en')) }

const LocaleContext = createContext<LocaleChoice>({ locale: 'en', say: ENGLISH.say, choose: () => {} })

/** The language of the board: what was chosen in this browser, else the browser's own, else English. */
export function LocaleProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [language, setLanguage] = useState<Language>(ENGLISH)
  const choose = (wanted: Locale): void => {
    languageOf(wanted).then(
      (loaded) => {
        setLanguage(loaded)
        document.documentElement.lang = wanted
      },
      // It did not arrive: the texts stay as they are.
      () => {},
    )
  }
  // The exported page is English: what the browser wants is known only there.
  useEffect(() => choose(initialLocale()), [])
  const keepAndChoose = (wanted: Locale): void => {
    keep('localStorage', KEY, wanted)
    choose(wanted)
  }
  const { locale, messages, say } = language
  return (
    <LocaleContext value={{ locale, say, choose: keepAndChoose }}>
      <IntlProvider locale={locale} messages={messages as typeof en} timeZone="UTC">
        {children}
      </IntlProvider>
    </LocaleContext>
  )
}

export function useLocaleChoice(): LocaleChoice {
  return useContext(LocaleContext)
}

async function languageOf(locale: Locale): Promise<Language> {
  if (locale === 'en') return ENGLISH
  const { zhCn, sayings } = await import('./zh-cn')
  return { locale, messages: zhCn, say: sayIn(locale, sayings, figuresIn(locale)) }
}

function initialLocale(): Locale {
  const kept = readKept('localStorage', KEY)
  const found = LOCALES.find((locale) => locale === kept)
  return found ?? (navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en')
}
