'use client'

import { createContext, useContext, useEffect, useState, type ReactNode } from 'react'
import { IntlProvider } from 'use-intl'
import { keep, readKept } from '@/live/storage'
import { en } from './en'
import { LOCALES, type Locale, type Messages } from './messages'

const KEY = 'plugboard.locale'

interface LocaleChoice {
  readonly locale: Locale
  readonly choose: (locale: Locale) => void
}

const LocaleContext = createContext<LocaleChoice>({ locale: 'en', choose: () => {} })

/** The language of the board: what was chosen in this browser, else the browser's own, else English. */
export function LocaleProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [locale, setLocale] = useState<Locale>('en')
  const [messages, setMessages] = useState<Messages>(en)
  const choose = (wanted: Locale): void => {
    void messagesIn(wanted).then((loaded) => {
      setMessages(loaded)
      setLocale(wanted)
      document.documentElement.lang = wanted
    })
  }
  // The exported page is English: what the browser wants is known only there.
  useEffect(() => choose(initialLocale()), [])
  const keepAndChoose = (wanted: Locale): void => {
    keep('localStorage', KEY, wanted)
    choose(wanted)
  }
  return (
    <LocaleContext value={{ locale, choose: keepAndChoose }}>
      <IntlProvider locale={locale} messages={messages as typeof en} timeZone="UTC">
        {children}
      </IntlProvider>
    </LocaleContext>
  )
}

export function useLocaleChoice(): LocaleChoice {
  return useContext(LocaleContext)
}

async function messagesIn(locale: Locale): Promise<Messages> {
  return locale === 'en' ? en : (await import('./zh-cn')).zhCn
}

function initialLocale(): Locale {
  const kept = readKept('localStorage', KEY)
  const found = LOCALES.find((locale) => locale === kept)
  return found ?? (navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en')
}
