'use client'

import type { ReactNode } from 'react'
import { Segments } from '@/components/ui/segments'
import { useLocaleChoice } from '@/messages/locale-context'
import { LOCALES, type Locale } from '@/messages/messages'
import { useText } from '@/messages/use-text'

/** Each in its own language: who cannot read this one finds theirs. */
const NAMES: Record<Locale, string> = { en: 'English', 'zh-CN': '简体中文' }

export function LocaleSwitch(): ReactNode {
  const text = useText()
  const { locale, choose } = useLocaleChoice()
  const options = LOCALES.map((value) => ({ value, label: NAMES[value] }))
  return <Segments label={text('locale.label')} value={locale} options={options} onChange={choose} />
}
