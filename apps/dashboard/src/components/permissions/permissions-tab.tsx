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
import { useWhyNot } from '@/components/feedback/use-why-not'
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
  const whyNot = useWhyNot('permissions.set')
  const { value, error, reload } = useAnswer('permissions.get', { id: view.id }, JSON.stringify(view.grants))
  const { pending, act } = useAct()
  const [asked, setAsked] = useState<{ readonly act: 'grant' | 'revoke'; readonly permission: Permission } | null>(null)
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
    await act('permissions.set', { id: view.id, granted: wanted, expected: value.granted }, says)
    reload()
  }
  const grant = (permission: Permission) => set([...value.granted, permission], key(permission))
  const revoke = (permission: Permission) =>
    set(
      value.granted.filter((one) => key(one) !== key(permission)),
      key(permission),
    )
  const isRequested = (permission: Permission): boolean => value.requested.some((one) => key(one) === key(permission))
  const notice =
    view.state === 'active' && value.missing.length > 0
      ? text('permissions.stillRuns')
      : view.state === 'error' && view.lastError?.code === 'PERMISSION_DENIED' && value.missing.length === 0
        ? text('permissions.nextStart')
        : null
  const row = (permission: Permission): ReactNode => {
    const lacks = missing.get(key(permission))
    const isMissing = lacks !== undefined
    const granted = value.granted.filter((one) => key(one) === key(permission))
    const isPartly = isMissing && granted.length > 0
    const differs = granted.some((one) => JSON.stringify(one) !== JSON.stringify(permission))
    return (
      <li key={JSON.stringify(permission)} className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2.5">
        <code className="w-44 text-[13px] font-medium">{permissionName(permission)}</code>
        <span className="min-w-0 flex-1 basis-60 wrap-anywhere text-muted">
          <PermissionMeaning permission={permission} />
          {differs &&
            granted.map((one) => (
              <span key={JSON.stringify(one)} className="block text-[13px]">
                {text('permissions.grantedAs')} <PermissionMeaning permission={one} />
              </span>
            ))}
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
            title={whyNot}
            aria-label={`${isMissing ? text('permissions.grant') : text('permissions.revoke')} ${permissionName(permission)}`}
            onClick={() => {
              if (!isMissing) setAsked({ act: 'revoke', permission })
              else if (GRAVE.includes(permissionName(permission))) setAsked({ act: 'grant', permission: lacks })
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
      {notice && (
        <p
          role="status"
          className="flex flex-wrap items-center gap-3 rounded-lg border border-warn bg-warn-soft px-4 py-2 text-warn"
        >
          {notice}
          <ActionButton action="restart" plugin={view} size="small" />
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
          title={text(`permissions.confirm.${asked.act}`, {
            permission: permissionName(asked.permission),
            name: view.name,
          })}
          action={text(`permissions.${asked.act}`)}
          look={asked.act === 'grant' ? 'primary' : 'danger'}
          disabled={!allowed}
          onClose={() => setAsked(null)}
          onConfirm={() => void (asked.act === 'grant' ? grant : revoke)(asked.permission)}
        >
          <p className="mb-5 text-muted">
            <PermissionMeaning permission={asked.permission} />
            {asked.act === 'revoke' && isRequested(asked.permission) && ` · ${text('permissions.needed')}`}
          </p>
        </ConfirmDialog>
      )}
    </div>
  )
}
