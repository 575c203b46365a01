'use client'

import type { AccountView } from '@plugboard/protocol'
import { useState, type ReactNode } from 'react'
import { useSubmit } from '@/components/access/use-submit'
import { Button } from '@/components/ui/button'
import { CopyButton } from '@/components/ui/copy-button'
import { Modal } from '@/components/ui/modal'
import { Segments } from '@/components/ui/segments'
import { useFigures } from '@/format/use-figures'
import { BASE_PATH } from '@/live/base-path'
import { useMay } from '@/live/use-live'
import { useOperation } from '@/live/use-operation'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'
import { RoleField } from './role-field'

const HOURS = [1, 24, 168] as const
const DEFAULT_HOURS = 24

/** Creates a link that lets somebody in once. It is shown once. */
export function InviteDialog({
  onClose,
  onMade,
}: {
  readonly onClose: () => void
  readonly onMade: () => void
}): ReactNode {
  const text = useText()
  const say = useSay()
  const figures = useFigures()
  const call = useOperation()
  const allowed = useMay('invites.create')
  const [role, setRole] = useState<AccountView['role']>('viewer')
  const [hours, setHours] = useState<number>(DEFAULT_HOURS)
  const [made, setMade] = useState<{ readonly link: string; readonly until: number } | null>(null)
  const { pending, error, onSubmit } = useSubmit(async () => {
    const { token, view } = await call('invites.create', { role, hours })
    setMade({ link: `${window.location.origin}${BASE_PATH}/join#token=${token}`, until: view.expiresAt })
    onMade()
  })
  if (made) {
    return (
      <Modal
        open
        wide
        onClose={onClose}
        title={text('invites.made')}
        description={text('invites.madeExplains', { time: figures.when(made.until) })}
      >
        <p className="flex items-center gap-2 rounded-lg border border-good bg-good-soft px-4 py-3">
          <code className="min-w-0 flex-1 text-[13px] wrap-anywhere">{made.link}</code>
          <CopyButton label={text('invites.copy')} text={() => made.link} />
        </p>
        <div className="mt-4 flex justify-end">
          <Button onClick={onClose}>{text('action.close')}</Button>
        </div>
      </Modal>
    )
  }
  return (
    <Modal open onClose={onClose} title={text('invites.add')} description={text('invites.addExplains')}>
      <form className="flex flex-col gap-4" onSubmit={onSubmit}>
        <RoleField value={role} onChange={setRole} />
        <div className="flex flex-wrap items-center gap-3">
          <span className="font-medium">{text('invites.valid')}</span>
          <Segments
            label={text('invites.valid')}
            value={hours}
            options={HOURS.map((value) => ({ value, label: figures.period(value * 60) }))}
            onChange={setHours}
          />
        </div>
        {error && <p className="text-bad">{say.error(error)}</p>}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{text('action.cancel')}</Button>
          <Button type="submit" look="primary" pending={pending} disabled={!allowed}>
            {text('invites.create')}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
