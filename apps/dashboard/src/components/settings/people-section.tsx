'use client'

import type { AccountView } from '@plugboard/protocol'
import { useState, type ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { Modal } from '@/components/ui/modal'
import { Panel, Skeleton } from '@/components/ui/panel'
import { ActingSelect } from '@/components/ui/acting-select'
import { useAct } from '@/components/feedback/use-act'
import { useFigures } from '@/format/use-figures'
import { useAnswer } from '@/live/use-answer'
import { useMay, useSession } from '@/live/use-live'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'
import { AccountDialog } from './account-dialog'
import { InviteDialog } from './invite-dialog'
import { InviteList } from './invite-list'
import { ROLES } from './roles'
import { SessionList } from './session-list'

type Opened = { readonly what: 'remove' | 'sessions' | 'password'; readonly account: AccountView }

/** Who may sign in, and as what. */
export function PeopleSection(): ReactNode {
  const text = useText()
  const say = useSay()
  const mayCreate = useMay('accounts.create')
  const mayRemove = useMay('accounts.remove')
  const { value: accounts, error, reload } = useAnswer('accounts.list', {})
  const { value: invites, reload: reloadInvites } = useAnswer('invites.list', {})
  const mayInvite = useMay('invites.create')
  const [adding, setAdding] = useState(false)
  const [inviting, setInviting] = useState(false)
  const [opened, setOpened] = useState<Opened | null>(null)
  const { pending, act } = useAct()
  const remove = async ({ id, name }: AccountView): Promise<void> => {
    await act('accounts.remove', { id }, { failed: text('people.failed'), done: text('people.removed', { name }) })
    reload()
  }
  return (
    <Panel
      title={text('settings.people')}
      aside={
        <span className="flex gap-2">
          <Button size="small" look="quiet" disabled={!mayCreate} onClick={() => setAdding(true)}>
            {text('people.add')}…
          </Button>
          <Button size="small" look="primary" disabled={!mayInvite} onClick={() => setInviting(true)}>
            {text('invites.add')}
          </Button>
        </span>
      }
    >
      {!accounts ? (
        error ? (
          <p className="text-bad">{say.error(error)}</p>
        ) : (
          <Skeleton className="h-24" />
        )
      ) : (
        <ul className="divide-y">
          {accounts.map((account) => (
            <Person
              key={account.id}
              account={account}
              busy={pending !== null}
              onChanged={reload}
              onOpen={(what) => setOpened({ what, account })}
            />
          ))}
        </ul>
      )}
      {invites && invites.length > 0 && <InviteList invites={invites} onChanged={reloadInvites} />}
      {inviting && <InviteDialog onClose={() => setInviting(false)} onMade={reloadInvites} />}
      {adding && (
        <AccountDialog
          account={null}
          onClose={() => setAdding(false)}
          onDone={() => {
            setAdding(false)
            reload()
          }}
        />
      )}
      {opened?.what === 'password' && (
        <AccountDialog account={opened.account} onClose={() => setOpened(null)} onDone={() => setOpened(null)} />
      )}
      {opened?.what === 'sessions' && (
        <Modal
          open
          wide
          onClose={() => setOpened(null)}
          title={text('people.sessionsOf', { name: opened.account.name })}
        >
          <SessionList account={opened.account.id} />
        </Modal>
      )}
      {opened?.what === 'remove' && (
        <ConfirmDialog
          title={text('people.confirmRemove', { name: opened.account.name })}
          description={text('people.removeExplains')}
          action={text('people.remove')}
          disabled={!mayRemove}
          onClose={() => setOpened(null)}
          onConfirm={() => void remove(opened.account)}
        />
      )}
    </Panel>
  )
}

function Person({
  account,
  busy,
  onChanged,
  onOpen,
}: {
  readonly account: AccountView
  readonly busy: boolean
  readonly onChanged: () => void
  readonly onOpen: (what: Opened['what']) => void
}): ReactNode {
  const text = useText()
  const session = useSession()
  const allowed = useMay('accounts.setRole')
  const { pending, act } = useAct()
  const figures = useFigures()
  const { id, name, email, role, disabled, lastSeenAt } = account
  const isSelf = session?.account?.id === id
  const off = !allowed || busy || pending !== null
  const setRole = async (next: AccountView['role']): Promise<void> => {
    const says = { failed: text('people.failed'), done: text('people.roleSet', { name, role: text(`role.${next}`) }) }
    await act('accounts.setRole', { id, role: next }, says)
    onChanged()
  }
  const [wanted, setWanted] = useState<AccountView['role'] | null>(null)
  const setDisabled = async (): Promise<void> => {
    await act('accounts.setDisabled', { id, disabled: !disabled }, { failed: text('people.failed'), as: 'disabled' })
    onChanged()
  }
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 py-3">
      <div className="min-w-0 flex-1 basis-56">
        <p className="truncate font-medium">
          <bdi>{name}</bdi>
          {isSelf && <span className="ml-2 text-[13px] font-normal text-faint">{text('people.you')}</span>}
          {disabled && <span className="ml-2 text-[13px] font-medium text-warn">{text('people.disabled')}</span>}
        </p>
        <p className="figures truncate text-[13px] text-muted">
          {email} ·{' '}
          {lastSeenAt === null ? text('people.neverSeen') : text('people.seen', { time: figures.when(lastSeenAt) })}
        </p>
      </div>
      <ActingSelect
        label={text('people.roleOf', { name })}
        value={role}
        disabled={!allowed || busy}
        pending={pending !== null}
        options={ROLES.map((value) => ({ value, label: text(`role.${value}`) }))}
        onChange={(next) => (isSelf ? setWanted(next) : void setRole(next))}
      />
      {wanted && (
        <ConfirmDialog
          title={text('people.confirmOwn', { role: text(`role.${wanted}`) })}
          description={text('people.ownExplains')}
          action={text('people.setRole')}
          disabled={!allowed}
          onClose={() => setWanted(null)}
          onConfirm={() => void setRole(wanted)}
        />
      )}
      <Button size="small" disabled={off} onClick={() => onOpen('sessions')}>
        {text('people.sessions')}
      </Button>
      {!isSelf && (
        <>
          <Button size="small" disabled={off} onClick={() => onOpen('password')}>
            {text('people.setPassword')}
          </Button>
          <Button size="small" pending={pending === 'disabled'} disabled={off} onClick={() => void setDisabled()}>
            {disabled ? text('people.letIn') : text('people.keepOut')}
          </Button>
          <Button size="small" look="quiet" disabled={off} onClick={() => onOpen('remove')}>
            {text('people.remove')}…
          </Button>
        </>
      )}
    </li>
  )
}
