'use client'

import type { JsonValue, ReplayView } from '@plugboard/protocol'
import { useState, type ReactNode } from 'react'
import { JsonEditor } from '@/components/config/json-editor'
import { Button } from '@/components/ui/button'
import { Modal } from '@/components/ui/modal'
import { useMay } from '@/live/use-live'
import { asClientError, useOperation } from '@/live/use-operation'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'

/** Which event of which letter is edited. */
export interface EditedLetter {
  readonly id: string
  readonly letterId: string
  readonly event: { readonly id: string; readonly type: string; readonly data?: unknown }
}

/** Edits what an event carries, and replays it so. What fails again is said here, and can be edited further. */
export function EditDialog({
  id,
  letterId,
  event,
  onClose,
  onDone,
}: EditedLetter & {
  readonly onClose: () => void
  /** It was handled, or its plugin takes a while. */
  readonly onDone: (answer: ReplayView) => void
}): ReactNode {
  const text = useText()
  const say = useSay()
  const call = useOperation()
  const allowed = useMay('deadLetters.replayEdited')
  const [draft, setDraft] = useState(() => JSON.stringify(event.data ?? null, null, 2))
  const [problem, setProblem] = useState<string | null>(null)
  const [isPending, setPending] = useState(false)
  const replay = async (): Promise<void> => {
    const data = parse(draft)
    if (data === undefined) return setProblem(text('config.jsonInvalid'))
    setPending(true)
    setProblem(null)
    try {
      const answer = await call('deadLetters.replayEdited', { id, letterId, eventId: event.id, data })
      if (answer.handled > 0 || answer.isRunning) onDone(answer)
      else if (answer.error) {
        const error = `${answer.error.name}: ${answer.error.message}`
        setProblem(text('deadLetters.replayed.failed', { error }))
      } else setProblem(text('deadLetters.replayed.inactive'))
    } catch (thrown) {
      setProblem(say.error(asClientError(thrown)))
    } finally {
      setPending(false)
    }
  }
  return (
    <Modal
      open
      wide
      onClose={onClose}
      title={text('deadLetters.editTitle', { type: event.type })}
      description={text('deadLetters.editHint')}
    >
      <div className="flex flex-col gap-4">
        <div className="max-h-[50vh] overflow-auto rounded-md border border-line-strong">
          <JsonEditor value={draft} label={text('deadLetters.editLabel')} readOnly={isPending} onChange={setDraft} />
        </div>
        <p role="alert" className="text-bad wrap-anywhere empty:hidden">
          {problem}
        </p>
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{text('action.cancel')}</Button>
          <Button look="primary" pending={isPending} disabled={!allowed} onClick={() => void replay()}>
            {text('deadLetters.replay')}
          </Button>
        </div>
      </div>
    </Modal>
  )
}

/** @returns undefined where it is no JSON */
function parse(draft: string): JsonValue | undefined {
  try {
    return JSON.parse(draft) as JsonValue
  } catch {
    return undefined
  }
}
