'use client'

import type { DeadLetterView } from '@plugboard/protocol'
import { useState, type ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { Empty } from '@/components/ui/panel'
import { Preformatted } from '@/components/ui/preformatted'
import { useToast } from '@/components/ui/toasts'
import { formatClock, formatMoment } from '@/format/figures'
import { useMay } from '@/live/use-live'
import { asClientError, useOperation } from '@/live/use-operation'
import { useText } from '@/messages/use-text'

/** The events that failed, newest first, each with why. */
export function DeadLettersTab({
  id,
  letters,
}: {
  readonly id: string
  readonly letters: readonly DeadLetterView[]
}): ReactNode {
  const text = useText()
  if (letters.length === 0) return <Empty>{text('deadLetters.empty')}</Empty>
  return (
    <ul className="divide-y rounded-lg border bg-surface">
      {letters.map((letter) => (
        <li key={letter.id}>
          <details className="group px-4 py-2.5">
            <summary className="flex cursor-pointer flex-wrap items-baseline gap-x-4 gap-y-1">
              <time className="figures text-faint" title={formatMoment(letter.at)}>
                {formatClock(letter.at)}
              </time>
              <span className="font-mono text-[13px]">{letter.events[0]?.type}</span>
              {letter.eventCount > 1 && (
                <span className="figures text-faint">{text('deadLetters.events', { count: letter.eventCount })}</span>
              )}
              <span className="min-w-0 flex-1 basis-60 truncate text-bad">{letter.error.message}</span>
              <span className="text-[13px] text-muted">{text(`deadLetters.reason.${letter.reason}`)}</span>
            </summary>
            <LetterActions id={id} letterId={letter.id} />
            <Preformatted title={text('deadLetters.payload')} body={JSON.stringify(letter.events, null, 2)} />
            {letter.error.stack && (
              <Preformatted
                title={`${text('deadLetters.stack')} · ${text('plugin.pluginSays')}`}
                body={letter.error.stack}
              />
            )}
          </details>
        </li>
      ))}
    </ul>
  )
}

function LetterActions({ id, letterId }: { readonly id: string; readonly letterId: string }): ReactNode {
  const text = useText()
  const toast = useToast()
  const allowed = useMay('deadLetters.replay')
  const call = useOperation()
  const [pending, setPending] = useState(false)
  const act = async (action: 'replay' | 'discard'): Promise<void> => {
    setPending(true)
    try {
      await call(`deadLetters.${action}`, { id, letterId })
    } catch (thrown) {
      toast({ kind: 'bad', title: text(`deadLetters.failed.${action}`), description: asClientError(thrown).message })
      setPending(false)
    }
  }
  return (
    <div className="mt-3 flex gap-2">
      <Button size="small" pending={pending} disabled={!allowed} onClick={() => void act('replay')}>
        {text('deadLetters.replay')}
      </Button>
      <Button size="small" look="quiet" disabled={!allowed || pending} onClick={() => void act('discard')}>
        {text('deadLetters.discard')}
      </Button>
    </div>
  )
}
