'use client'

import type { ReactNode } from 'react'
import { MoreRows } from '@/components/feedback/more-rows'
import { Button } from '@/components/ui/button'
import { Empty, Skeleton } from '@/components/ui/panel'
import { PageHeader } from '@/components/ui/page-header'
import { SearchField } from '@/components/ui/search-field'
import { useOnline, useSession } from '@/live/use-live'
import { usePages } from '@/live/use-pages'
import { useQueryParam } from '@/hooks/use-query'
import { useSettled } from '@/hooks/use-settled'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'
import { AuditRows } from './audit-rows'
import { VerifyButton } from './verify-button'

const PAGE = 500

/** Who did what, from where, and what came of it; newest first. */
export function AuditPage(): ReactNode {
  const text = useText()
  const say = useSay()
  const session = useSession()
  const [search, setSearch] = useQueryParam('search')
  const wanted = useSettled((search ?? '').trim())
  const input = { limit: PAGE, ...(wanted !== '' && { text: wanted }) }
  const online = useOnline()
  const { rows, reload, ...more } = usePages('audit.list', input)
  if (session && !session.may.includes('audit.list')) return <Empty>{text('audit.notAllowed')}</Empty>
  return (
    <div className="flex flex-col gap-4">
      <PageHeader title={text('nav.audit')}>
        <SearchField
          label={text('audit.filter')}
          placeholder={text('audit.filterHint')}
          value={search ?? ''}
          onChange={setSearch}
        />
        <Button disabled={!online} onClick={reload}>
          {text('audit.reload')}
        </Button>
        <VerifyButton />
      </PageHeader>
      {!rows ? (
        more.error ? (
          <Empty>{say.error(more.error)}</Empty>
        ) : (
          <Skeleton className="h-96 rounded-lg" />
        )
      ) : rows.length === 0 ? (
        <Empty>{wanted === '' ? text('audit.none') : text('audit.noMatch', { text: wanted })}</Empty>
      ) : (
        <>
          <AuditRows rows={rows} />
          <MoreRows {...more} />
        </>
      )}
    </div>
  )
}
