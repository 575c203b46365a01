'use client'

import type { Permission, PluginDetail } from '@plugboard/protocol'
import { useState, type ReactNode } from 'react'
import { ActionButton } from '@/components/actions/action-button'
import { Button } from '@/components/ui/button'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { Empty, Panel, Skeleton } from '@/components/ui/panel'
import { useAct } from '@/components/feedback/use-act'
import { useAnswer } from '@/live/use-answer'
import { useMay } from '@/live/use-live'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'
import { PermissionMeaning } from './permission-meaning'
import { permissionName } from './permission-name'

/** What everybody gets; it cannot be taken away. */
const ALWAYS = 'ReadVmState'
/** Permissions that reach far beyond the plugin: granting one needs a confirmation. */
const GRAVE: readonly string[] = ['ExecuteSyscall', 'FileSystemAccess', 'NetworkAccess']

/** What the plugin asks for, in plain words, and what it has; an admin grants and revokes, from the next start on. */
export function PermissionsTab({ detail: { view } }: { readonly detail: PluginDetail }): ReactNode {
  const text = useText()
  const say = useSay()
  const allowed = useMay('permissions.set')
  const { value, error, reload } = useAnswer('permissions.get', { id: view.id }, JSON.stringify(view.grants))
  const { pending, act } = useAct()
  const [asked, setAsked] = useState<Permission | null>(null)
  /** `activeSince` of the instance that was running when the grants were changed. */
  const [changedIn, setChangedIn] = useState<number | null | undefined>()
  if (!value) return error ? <Empty>{say.error(error)}</Empty> : <Skeleton className="h-40" />

  // By name: what is asked for and what is granted may name other folders, or another amount.
  const key = permissionName
  const missing = new Map(value.missing.map((permission) => [key(permission), permission]))
  const extra = value.granted.filter(
    (permission) => permission !== ALWAYS && !value.requested.some((one) => key(one) === key(permission)),
  )
  const set = async (next: readonly Permission[], name: string): Promise<void> => {
    const wanted = next.filter((permission) => permission !== ALWAYS)
    const says = { failed: text('permissions.failed'), as: name }
    const answer = await act('permissions.set', { id: view.id, granted: wanted, expected: value.granted }, says)
    if (answer) setChangedIn(view.activeSince)
    reload()
  }
  const grant = (permission: Permission) => set([...value.granted, permission], key(permission))
  const revoke = (permission: Permission) =>
    set(
      value.granted.filter((one) => key(one) !== key(permission)),
      key(permission),
    )
  const row = (permission: Permission): ReactNode => {
    const lacks = missing.get(key(permission))
    const isMissing = lacks !== undefined
    const isPartly = isMissing && value.granted.some((one) => key(one) === key(permission))
    return (
      <li key={JSON.stringify(permission)} className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2.5">
        <code className="w-44 text-[13px] font-medium">{permissionName(permission)}</code>
        <span className="min-w-0 flex-1 basis-60 wrap-anywhere text-muted">
          <PermissionMeaning permission={permission} />
        </span>
        <span className={isMissing ? 'w-24 font-medium text-bad' : 'w-24 font-medium text-good'}>
          {isPartly
            ? text('permissions.partly')
            : isMissing
              ? text('permissions.missing')
              : text('permissions.granted')}
        </span>
        {permission === ALWAYS ? (
          <span className="w-20 text-[13px] text-faint">{text('permissions.always')}</span>
        ) : (
          <Button
            size="small"
            className="w-20"
            pending={pending === key(permission)}
            disabled={!allowed || pending !== null}
            aria-label={`${isMissing ? text('permissions.grant') : text('permissions.revoke')} ${permissionName(permission)}`}
            onClick={() => {
              if (!isMissing) void revoke(permission)
              else if (GRAVE.includes(permissionName(permission))) setAsked(lacks)
              else void grant(lacks)
            }}
          >
            {isMissing ? text('permissions.grant') : text('permissions.revoke')}
          </Button>
        )}
      </li>
    )
  }

  return (
    <div className="flex flex-col gap-4">
      {changedIn !== undefined && changedIn === view.activeSince && (
        <p
          role="status"
          className="flex flex-wrap items-center gap-3 rounded-lg border border-warn bg-warn-soft px-4 py-2 text-warn"
        >
          {text('permissions.nextStart')}
          {(view.state === 'active' || view.state === 'error') && (
            <ActionButton action="restart" plugin={view} size="small" />
          )}
        </p>
      )}
      <Panel title={text('permissions.asks')}>
        {value.requested.length === 0 ? (
          <p className="text-muted">{text('permissions.none')}</p>
        ) : (
          <ul className="divide-y">{value.requested.map(row)}</ul>
        )}
      </Panel>
      {extra.length > 0 && (
        <Panel title={text('permissions.extra')} hint={text('permissions.extraHint')}>
          <ul className="divide-y">{extra.map(row)}</ul>
        </Panel>
      )}
      <p className="text-[13px] text-faint">{text('permissions.note')}</p>
      {asked && (
        <ConfirmDialog
          title={text('permissions.confirm', { permission: permissionName(asked), name: view.name })}
          action={text('permissions.grant')}
          look="primary"
          disabled={!allowed}
          onClose={() => setAsked(null)}
          onConfirm={() => void grant(asked)}
        >
          <p className="mb-5 text-muted">
            <PermissionMeaning permission={asked} />
          </p>
        </ConfirmDialog>
      )}
    </div>
  )
}
