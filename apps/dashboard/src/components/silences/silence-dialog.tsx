'use client'

import { useState, type ReactNode } from 'react'
import { useSubmit } from '@/components/access/use-submit'
import { Button } from '@/components/ui/button'
import { Modal } from '@/components/ui/modal'
import { Segments } from '@/components/ui/segments'
import { TextField } from '@/components/ui/text-field'
import { useToast } from '@/components/ui/toasts'
import { useFigures } from '@/format/use-figures'
import { useMay } from '@/live/use-live'
import { useOperation } from '@/live/use-operation'
import { useServerClock } from '@/live/use-server-clock'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'
import { useEndSilence } from './use-end-silence'

const MINUTES = [15, 60, 240, 1_440, 10_080] as const
const DEFAULT_MINUTES = 60
const MINUTE_MS = 60_000
const MAX_NOTE = 200

/** For how long, and why. */
export function SilenceDialog({
  id,
  name,
  onClose,
}: {
  readonly id: string
  readonly name: string
  readonly onClose: () => void
}): ReactNode {
  const text = useText()
  const say = useSay()
  const figures = useFigures()
  const toast = useToast()
  const call = useOperation()
  const end = useEndSilence()
  const now = useServerClock(MINUTE_MS)
  const allowed = useMay('plugins.silence')
  const [minutes, setMinutes] = useState<number>(DEFAULT_MINUTES)
  const [note, setNote] = useState('')
  const { pending, error, onSubmit } = useSubmit(async () => {
    const { until } = await call('plugins.silence', { id, minutes, note })
    onClose()
    toast({
      kind: 'good',
      title: text('silence.done', { name, time: figures.when(until) }),
      undo: () => void end(id, name),
      about: `silence ${id}`,
    })
  })
  return (
    <Modal open onClose={onClose} title={text('silence.title', { name })} description={text('silence.explains')}>
      <form className="flex flex-col gap-4" onSubmit={onSubmit}>
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <Segments
            label={text('silence.length')}
            value={minutes}
            options={MINUTES.map((value) => ({ value, label: figures.period(value) }))}
            onChange={setMinutes}
          />
          <span className="figures text-muted">
            {text('silence.until', { time: figures.when(now + minutes * MINUTE_MS) })}
          </span>
        </div>
        <TextField
          label={text('silence.note')}
          maxLength={MAX_NOTE}
          value={note}
          error={error && say.error(error)}
          onChange={({ target }) => setNote(target.value)}
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{text('action.cancel')}</Button>
          <Button type="submit" look="primary" pending={pending} disabled={!allowed}>
            {text('silence.begin')}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
