'use client'

import type { AuditView, Operations } from '@plugboard/protocol'
import { useDeferredValue, useEffect, useState, type ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { Empty, Skeleton } from '@/components/ui/panel'
import { PageHeader } from '@/components/ui/page-header'
import { SearchField } from '@/components/ui/search-field'
import { useAnswer } from '@/live/use-answer'
import { useQueryParam } from '@/live/use-query'
import { asClientError, useOperation } from '@/live/use-operation'
import { useSession } from '@/live/use-live'
import { useText } from '@/messages/use-text'
import { AuditRows } from './audit-rows'
import { VerifyButton } from './verify-button'

const PAGE = 200

/** Who did what, from where, and what came of it; newest first. */
export function AuditPage(): ReactNode {
  const text = useText()
  const session = useSession()
  const [target, setTarget] = useQueryParam('target')
  const wanted = useDeferredValue((target ?? '').trim())
  const input: Operations['audit.list']['input'] = { limit: PAGE, ...(wanted !== '' && { target: wanted }) }
  const { value: newest, error, reload } = useAnswer('audit.list', input)
  const { older, more, failed, loadMore } = useOlder(input, newest)
  if (session && !session.may.includes('audit.list')) return <Empty>{text('audit.notAllowed')}</Empty>
  const rows = [...(newest ?? []), ...older]
  return (
    <div className="flex flex-col gap-4">
      <PageHeader title={text('nav.audit')}>
        <SearchField
          label={text('audit.filter')}
          placeholder={text('audit.filterHint')}
          value={target ?? ''}
          onChange={setTarget}
        />
        <Button onClick={reload}>{text('audit.reload')}</Button>
        <VerifyButton />
      </PageHeader>
      {!newest ? (
        error ? (
          <Empty>{error.message}</Empty>
        ) : (
          <Skeleton className="h-96 rounded-lg" />
        )
      ) : rows.length === 0 ? (
        <Empty>{text('audit.none')}</Empty>
      ) : (
        <>
          <AuditRows rows={rows} />
          {failed !== null && <p className="text-bad">{failed}</p>}
          {more && (
            <Button className="self-start" onClick={() => void loadMore()}>
              {text('history.more')}
            </Button>
          )}
        </>
      )}
    </div>
  )
}

/** The pages after the first one. */
function useOlder(
  input: Operations['audit.list']['input'],
  newest: readonly AuditView[] | null,
): {
  readonly older: readonly AuditView[]
  readonly more: boolean
  readonly failed: string | null
  readonly loadMore: () => Promise<void>
} {
  const call = useOperation()
  const [older, setOlder] = useState<readonly AuditView[]>([])
  const [more, setMore] = useState(false)
  const [failed, setFailed] = useState<string | null>(null)
  useEffect(() => {
    setOlder([])
    setFailed(null)
    setMore(newest?.length === PAGE)
  }, [newest])
  return {
    older,
    more,
    failed,
    loadMore: async () => {
      const last = older.at(-1) ?? newest?.at(-1)
      if (!last) return
      try {
        const page = await call('audit.list', { ...input, before: last.seq })
        setOlder((before) => [...before, ...page])
        setMore(page.length === PAGE)
      } catch (thrown) {
        setFailed(asClientError(thrown).message)
      }
    },
  }
}
