'use client'

import type { ReactNode } from 'react'
import { LocaleSwitch } from './locale-switch'
import { ThemeSwitch } from './theme-switch'
import { Panel } from '@/components/ui/panel'
import { useText } from '@/messages/use-text'

export function LooksSection(): ReactNode {
  const text = useText()
  return (
    <Panel title={text('settings.looks')} hint={text('settings.inThisBrowser')}>
      <dl className="grid grid-cols-[8rem_minmax(0,1fr)] items-center gap-y-4">
        <dt className="text-muted">{text('theme.label')}</dt>
        <dd>
          <ThemeSwitch />
        </dd>
        <dt className="text-muted">{text('locale.label')}</dt>
        <dd>
          <LocaleSwitch />
        </dd>
      </dl>
    </Panel>
  )
}
