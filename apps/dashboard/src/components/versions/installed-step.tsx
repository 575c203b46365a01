'use client'

import type { ClientError } from '@plugboard/client'
import type { InstallView, Permission } from '@plugboard/protocol'
import { useState, type ReactNode } from 'react'
import { PermissionList } from '@/components/permissions/permission-list'
import { Button } from '@/components/ui/button'
import { Skeleton } from '@/components/ui/panel'
import { useToast } from '@/components/ui/toasts'
import { useMounted } from '@/hooks/use-mounted'
import { sortedRows } from '@/live/sorted-rows'
import { useMay, useTopic } from '@/live/use-live'
import { asClientError, useOperation } from '@/live/use-operation'
import { useReport } from '@/components/feedback/use-report'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'
import { UpdateDialog } from './update-dialog'

/** A start has 10 s each for its hooks. */
const TIMEOUT_MS = 60_000

/** A version is installed: it is loaded where its plugin is not, and otherwise offered as an update. */
export function InstalledStep({
  installed,
  onAnother,
  onClose,
}: {
  readonly installed: InstallView
  readonly onAnother: () => void
  readonly onClose: () => void
}): ReactNode {
  const text = useText()
  const say = useSay()
  const toast = useToast()
  const report = useReport()
  const call = useOperation()
  const here = useMounted()
  const { state: board } = useTopic('board')
  const mayLoad = useMay('plugins.load')
  const mayUpdate = useMay('plugins.update')
  const [isUpdating, setUpdating] = useState(false)
  const [pending, setPending] = useState(false)
  const [refusal, setRefusal] = useState<ClientError | null>(null)
  const [missing, setMissing] = useState<readonly Permission[]>([])
  const { id, version, isNew } = installed
  if (!board) return <Skeleton className="h-24" />
  const loaded = sortedRows(board.rows).find((row) => row.id === id)

  const load = async (grant: readonly Permission[]): Promise<void> => {
    setPending(true)
    setRefusal(null)
    try {
      await call('plugins.load', { id, version, grant: [...grant] }, TIMEOUT_MS)
      toast({ kind: 'good', title: text('load.loaded', { id }) })
      if (here.current) onClose()
    } catch (thrown) {
      if (!here.current) return report(thrown, text('install.notLoaded'))
      const error = asClientError(thrown)
      const wanted = error.code === 'PERMISSION_DENIED' ? (error.details as { missing?: Permission[] } | null) : null
      setMissing(wanted?.missing ?? [])
      setRefusal(wanted?.missing ? null : error)
      setPending(false)
    }
  }

  return (
    <div className="flex flex-col gap-4">
      <p role="status" className="flex items-center gap-2 font-medium">
        <span aria-hidden className="text-good">
          ✓
        </span>
        {text(isNew ? 'versions.done.installed' : 'versions.done.known', { id, version })}
      </p>
      {missing.length > 0 && (
        <div role="alert" className="rounded-lg border border-warn bg-warn-soft p-4">
          <p className="font-medium text-warn">{text('install.wantsMore', { id })}</p>
          <PermissionList permissions={missing} />
        </div>
      )}
      {refusal && (
        <div role="alert" className="rounded-lg bg-bad-soft p-4 text-bad">
          <p className="font-medium">{text('install.notLoaded')}</p>
          <p className="mt-1 wrap-anywhere">{say.error(refusal)}</p>
        </div>
      )}
      <div className="flex flex-wrap justify-end gap-2">
        <Button look="quiet" onClick={onAnother}>
          {text('install.another')}
        </Button>
        <Button onClick={onClose}>{text('action.close')}</Button>
        {!loaded && (
          <Button look="primary" pending={pending} disabled={!mayLoad || pending} onClick={() => void load(missing)}>
            {missing.length > 0 ? text('install.grantAndLoad') : text('install.loadIt', { id })}
          </Button>
        )}
        {loaded && loaded.version !== version && (
          <Button look="primary" disabled={!mayUpdate} onClick={() => setUpdating(true)}>
            {text('install.updateTo', { id, version })}
          </Button>
        )}
      </div>
      {isUpdating && loaded && (
        <UpdateDialog
          id={id}
          name={loaded.name}
          version={version}
          isOlder={false}
          onClose={() => {
            setUpdating(false)
            onClose()
          }}
        />
      )}
    </div>
  )
}
