'use client'

import type { ReactNode } from 'react'
import { Segments } from '@/components/ui/segments'
import { useLocaleChoice } from '@/messages/locale-context'
import { LOCALE_NAMES, LOCALES } from '@/format/locale'
import { useText } from '@/messages/use-text'

export function LocaleSwitch(): ReactNode {
  const text = useText()
  const { locale, choose } = useLocaleChoice()
  const options = LOCALES.map((value) => ({ value, label: LOCALE_NAMES[value] }))
  return <Segments label={text('locale.label')} value={locale} options={options} onChange={choose} />
}
