'use client'

import { useState, type ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { Skeleton } from '@/components/ui/panel'
import { useFigures } from '@/format/use-figures'
import { useAct } from '@/components/feedback/use-act'
import { useAnswer } from '@/live/use-answer'
import { useMay } from '@/live/use-live'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'
import { browserName } from './browser-name'

/** The sessions of an account; each can be ended. @param account null: one's own */
export function SessionList({ account }: { readonly account: string | null }): ReactNode {
  const text = useText()
  const say = useSay()
  const figures = useFigures()
  const allowed = useMay('sessions.revoke')
  const of = account === null ? {} : { account }
  const { value: sessions, error, reload } = useAnswer('sessions.list', of)
  const { pending, act } = useAct()
  const [asked, setAsked] = useState<string | null>(null)
  if (!sessions) return error ? <p className="text-bad">{say.error(error)}</p> : <Skeleton className="h-16" />
  if (sessions.length === 0) return <p className="text-muted">{text('sessions.none')}</p>
  const end = async (id: string): Promise<void> => {
    await act('sessions.revoke', { id, ...of }, { failed: text('sessions.failed'), as: id })
    reload()
  }
  return (
    <>
      {asked !== null && (
        <ConfirmDialog
          title={text('sessions.confirmOwn')}
          description={text('sessions.ownExplains')}
          action={text('sessions.end')}
          disabled={!allowed}
          onClose={() => setAsked(null)}
          onConfirm={() => void end(asked)}
        />
      )}
      <ul className="divide-y">
        {sessions.map(({ id, userAgent, address, createdAt, expiresAt, isCurrent }) => (
          <li key={id} className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2.5">
            <div className="min-w-0 flex-1 basis-64">
              <p className="truncate" title={userAgent ?? undefined}>
                {userAgent === null ? text('sessions.unknown') : (browserName(userAgent) ?? userAgent)}
              </p>
              <p className="figures text-[13px] text-muted">
                {text('sessions.since', { time: figures.day(createdAt), address: address ?? '–' })}
                <span title={figures.moment(expiresAt)}>
                  {' '}
                  · {text('sessions.until', { time: figures.date(expiresAt) })}
                </span>
              </p>
            </div>
            {isCurrent && <span className="text-[13px] font-medium text-good">{text('sessions.current')}</span>}
            <Button
              size="small"
              pending={pending === id}
              disabled={!allowed || pending !== null}
              onClick={() => (isCurrent ? setAsked(id) : void end(id))}
            >
              {text('sessions.end')}
              {isCurrent && '…'}
            </Button>
          </li>
        ))}
      </ul>
    </>
  )
}
