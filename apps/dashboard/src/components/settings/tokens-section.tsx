'use client'

import type { ApiTokenView } from '@plugboard/protocol'
import { useState, type ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { CopyButton } from '@/components/ui/copy-button'
import { Panel, Skeleton } from '@/components/ui/panel'
import { useFigures } from '@/format/use-figures'
import { useAct } from '@/components/feedback/use-act'
import { BASE_PATH } from '@/live/base-path'
import { useAnswer } from '@/live/use-answer'
import { useMay } from '@/live/use-live'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'
import { TokenDialog } from './token-dialog'

/** API tokens, for programs: each with a role and an end. A token is shown once. */
export function TokensSection(): ReactNode {
  const text = useText()
  const say = useSay()
  const mayCreate = useMay('tokens.create')
  const { value: tokens, error, reload } = useAnswer('tokens.list', {})
  const [adding, setAdding] = useState(false)
  const [made, setMade] = useState<{ readonly id: string; readonly token: string } | null>(null)
  return (
    <Panel
      title={text('settings.tokens')}
      hint={text('tokens.hint')}
      aside={
        <Button size="small" look="primary" disabled={!mayCreate} onClick={() => setAdding(true)}>
          {text('tokens.add')}
        </Button>
      }
    >
      {made && (tokens?.some(({ id }) => id === made.id) ?? true) && (
        <div role="status" className="mb-4 rounded-lg border border-good bg-good-soft px-4 py-3">
          <p className="font-medium text-good">{text('tokens.once')}</p>
          <p className="mt-1 flex items-center gap-2">
            <code className="min-w-0 text-[13px] wrap-anywhere">{made.token}</code>
            <CopyButton label={text('tokens.copy')} text={() => made.token} />
          </p>
          {tokens?.some(({ id, role }) => id === made.id && role === 'viewer') && (
            <p className="mt-1 flex items-center gap-2 text-[13px] text-muted">
              {text('wall.link')}
              <CopyButton
                label={text('wall.copyLink')}
                text={() => `${window.location.origin}${BASE_PATH}/?wall#token=${made.token}`}
              />
            </p>
          )}
        </div>
      )}
      {!tokens ? (
        error ? (
          <p className="text-bad">{say.error(error)}</p>
        ) : (
          <Skeleton className="h-16" />
        )
      ) : tokens.length === 0 ? (
        <p className="text-muted">{text('tokens.none')}</p>
      ) : (
        <ul className="divide-y">
          {tokens.map((token) => (
            <Token key={token.id} token={token} onChanged={reload} />
          ))}
        </ul>
      )}
      {adding && (
        <TokenDialog
          onClose={() => setAdding(false)}
          onMade={(created) => {
            setAdding(false)
            setMade(created)
            reload()
          }}
        />
      )}
    </Panel>
  )
}

function Token({
  token: { id, name, role, createdAt, createdBy, expiresAt, lastUsedAt },
  onChanged,
}: {
  readonly token: ApiTokenView
  readonly onChanged: () => void
}): ReactNode {
  const text = useText()
  const figures = useFigures()
  const allowed = useMay('tokens.revoke')
  const { pending, act } = useAct()
  const [asking, setAsking] = useState(false)
  const revoke = async (): Promise<void> => {
    await act('tokens.revoke', { id }, { failed: text('tokens.failed'), done: text('tokens.revoked', { name }) })
    onChanged()
  }
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2.5">
      <div className="min-w-0 flex-1 basis-64">
        <p className="truncate font-medium">
          <bdi>{name}</bdi>
        </p>
        <p className="figures text-[13px] text-muted" title={figures.moment(createdAt)}>
          {text(`role.${role}`)} · {text('tokens.madeBy', { actor: createdBy, time: figures.date(createdAt) })} ·{' '}
          {expiresAt === null ? text('tokens.noEnd') : text('sessions.until', { time: figures.date(expiresAt) })} ·{' '}
          {lastUsedAt === null ? text('tokens.unused') : text('tokens.used', { time: figures.day(lastUsedAt) })}
        </p>
      </div>
      <Button size="small" pending={pending !== null} disabled={!allowed} onClick={() => setAsking(true)}>
        {text('tokens.revoke')}…
      </Button>
      {asking && (
        <ConfirmDialog
          title={text('tokens.confirm', { name })}
          description={text('tokens.revokeExplains')}
          action={text('tokens.revoke')}
          disabled={!allowed}
          onClose={() => setAsking(false)}
          onConfirm={() => void revoke()}
        />
      )}
    </li>
  )
}
