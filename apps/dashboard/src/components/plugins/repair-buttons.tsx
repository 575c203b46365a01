'use client'

import { reasonOf, type BoardRow, type HealthReason, type Permission } from '@plugboard/protocol'
import Link from 'next/link'
import { useState, type ComponentProps, type ReactNode } from 'react'
import { ActionButton } from '@/components/actions/action-button'
import { useAct } from '@/components/feedback/use-act'
import { PermissionMeaning } from '@/components/permissions/permission-meaning'
import { permissionName } from '@/components/permissions/permission-name'
import { Button, buttonClasses } from '@/components/ui/button'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { useMay } from '@/live/use-live'
import { useText } from '@/messages/use-text'
import { pluginHref } from '@/navigation/plugin-href'
import { repairsOf, type Repair } from './repair'

/** What a button needs to know of a plugin. */
type Repaired = ComponentProps<typeof ActionButton>['plugin']

/** What helps with the first reason for a plugin's health. */
export function RepairButtons({ row }: { readonly row: BoardRow }): ReactNode {
  const reason = reasonOf(row)
  return reason && <ReasonRepairs reason={reason} plugin={row} />
}

/** What helps with one reason. @param skip what is offered beside it already */
export function ReasonRepairs({
  reason,
  plugin,
  skip,
}: {
  readonly reason: HealthReason
  readonly plugin: Repaired
  readonly skip?: Repair['kind']
}): ReactNode {
  const repairs = repairsOf(reason).filter(({ kind }) => kind !== skip)
  if (repairs.length === 0) return null
  return (
    <span className="flex flex-wrap gap-2">
      {repairs.map((repair) => (
        <RepairButton key={repair.kind === 'open' ? repair.tab : repair.kind} repair={repair} row={plugin} />
      ))}
    </span>
  )
}

function RepairButton({ repair, row }: { readonly repair: Repair; readonly row: Repaired }): ReactNode {
  const text = useText()
  switch (repair.kind) {
    case 'restart':
      return <ActionButton action="restart" plugin={row} look="plain" />
    case 'reread':
      return <ActionButton action="restart" plugin={row} look="plain" label={text('repair.reread')} />
    case 'grant':
      return <GrantButton missing={repair.missing} row={row} />
    case 'open': {
      const label = text(`repair.${repair.label}`)
      return (
        <Link href={pluginHref(row.id, repair.tab)} aria-label={`${label}: ${row.name}`} className={buttonClasses()}>
          {label}
        </Link>
      )
    }
  }
}

/** Grants what the plugin lacks, after a question that says what that allows, and starts it. */
function GrantButton({
  missing,
  row: { id, name },
}: {
  readonly missing: readonly Permission[]
  readonly row: Repaired
}): ReactNode {
  const text = useText()
  const mayGrant = useMay('permissions.set')
  const { pending, act } = useAct()
  const [asking, setAsking] = useState(false)
  const names = missing.map(permissionName).join(', ')
  const grant = async (): Promise<void> => {
    const failed = text('permissions.failed')
    const before = await act('permissions.get', { id }, { failed })
    if (!before) return
    const granted = [...before.granted.filter((one) => one !== 'ReadVmState'), ...missing]
    const after = await act('permissions.set', { id, granted, expected: before.granted }, { failed })
    if (after) await act('plugins.restart', { id }, { failed: text('action.failed.restart', { name }) })
  }
  if (!mayGrant) return null
  return (
    <>
      <Button pending={pending !== null} onClick={() => setAsking(true)}>
        {missing.length === 1
          ? text('repair.grant', { names })
          : text('repair.grantMany', { count: String(missing.length) })}
      </Button>
      {asking && (
        <ConfirmDialog
          title={text('repair.grantTitle', { names, name })}
          action={text('repair.grantAction')}
          look="primary"
          onClose={() => setAsking(false)}
          onConfirm={() => void grant()}
        >
          <ul className="mb-5 divide-y rounded-lg border">
            {missing.map((permission) => (
              <li key={JSON.stringify(permission)} className="px-4 py-2">
                <code className="block text-[13px] font-medium">{permissionName(permission)}</code>
                <span className="block text-[13px] wrap-anywhere text-muted">
                  <PermissionMeaning permission={permission} />
                </span>
              </li>
            ))}
          </ul>
        </ConfirmDialog>
      )}
    </>
  )
}
