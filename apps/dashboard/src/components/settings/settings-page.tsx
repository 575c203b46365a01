'use client'

import type { Operations } from '@plugboard/protocol'
import type { ComponentType, ReactNode } from 'react'
import { PageHeader } from '@/components/ui/page-header'
import { Tabs } from '@/components/ui/tabs'
import { useSession } from '@/live/use-live'
import { useQueryParam } from '@/hooks/use-query'
import { useText } from '@/messages/use-text'
import { AccountSection } from './account-section'
import { LooksSection } from './looks-section'
import { PeopleSection } from './people-section'
import { ServerSection } from './server-section'
import { SourcesSection } from './sources-section'
import { TokensSection } from './tokens-section'

const SECTIONS = {
  account: { Content: AccountSection, needs: null },
  looks: { Content: LooksSection, needs: null },
  people: { Content: PeopleSection, needs: 'accounts.list' },
  tokens: { Content: TokensSection, needs: 'tokens.list' },
  sources: { Content: SourcesSection, needs: 'sources.list' },
  server: { Content: ServerSection, needs: null },
} as const satisfies Record<string, { readonly Content: ComponentType; readonly needs: keyof Operations | null }>
type Section = keyof typeof SECTIONS

/** One's own affairs, and for admins those of the board. */
export function SettingsPage(): ReactNode {
  const text = useText()
  const may = useSession()?.may ?? []
  const [wanted, setSection] = useQueryParam('section')
  const offered = (Object.keys(SECTIONS) as Section[]).filter((one) => {
    const { needs } = SECTIONS[one]
    return needs === null || may.includes(needs)
  })
  const section = offered.find((one) => one === wanted) ?? 'account'
  const { Content } = SECTIONS[section]
  return (
    <div className="flex flex-col gap-4">
      <PageHeader title={text('nav.settings')} />
      <Tabs
        label={text('nav.settings')}
        value={section}
        items={offered.map((value) => ({ value, label: text(`settings.${value}`) }))}
        onChange={(next) => setSection(next === 'account' ? null : next)}
      >
        <div className="flex max-w-4xl flex-col gap-4">
          <Content />
        </div>
      </Tabs>
    </div>
  )
}
