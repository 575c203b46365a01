'use client'

import type { ApiTokenView } from '@plugboard/protocol'
import { useState, type ReactNode } from 'react'
import { useSubmit } from '@/components/access/use-submit'
import { Button } from '@/components/ui/button'
import { Modal } from '@/components/ui/modal'
import { SelectField } from '@/components/ui/select-field'
import { TextField } from '@/components/ui/text-field'
import { useClient } from '@/live/client-context'
import { useMay } from '@/live/use-live'
import { useOperation } from '@/live/use-operation'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'
import { RoleField } from './role-field'

const DAY_MS = 86_400_000
const DAYS = ['7', '30', '90', '365', 'never'] as const

export function TokenDialog({
  onClose,
  onMade,
}: {
  readonly onClose: () => void
  readonly onMade: (created: { readonly id: string; readonly token: string }) => void
}): ReactNode {
  const text = useText()
  const say = useSay()
  const client = useClient()
  const call = useOperation()
  const allowed = useMay('tokens.create')
  const [name, setName] = useState('')
  const [role, setRole] = useState<ApiTokenView['role']>('viewer')
  const [days, setDays] = useState<(typeof DAYS)[number]>('90')
  const { pending, error, onSubmit } = useSubmit(async () => {
    const end = days === 'never' ? {} : { expiresAt: (client?.serverNow() ?? Date.now()) + Number(days) * DAY_MS }
    const { token, view } = await call('tokens.create', { name, role, ...end })
    onMade({ id: view.id, token })
  })
  return (
    <Modal open onClose={onClose} title={text('tokens.add')} description={text('tokens.addExplains')}>
      <form className="flex flex-col gap-4" onSubmit={onSubmit}>
        <TextField
          label={text('tokens.name')}
          hint={text('tokens.nameHint')}
          required
          autoComplete="off"
          value={name}
          error={error && say.error(error)}
          onChange={({ target }) => setName(target.value)}
        />
        <RoleField value={role} onChange={setRole} />
        <SelectField
          label={text('tokens.end')}
          value={days}
          options={DAYS.map((value) => ({
            value,
            label: value === 'never' ? text('tokens.noEnd') : text('tokens.days', { count: Number(value) }),
          }))}
          onChange={setDays}
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{text('action.cancel')}</Button>
          <Button type="submit" look="primary" pending={pending} disabled={!allowed}>
            {text('tokens.add')}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
