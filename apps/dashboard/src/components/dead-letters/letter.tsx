'use client'

import type { DeadLetterView } from '@plugboard/protocol'
import Link from 'next/link'
import { useState, type ReactNode } from 'react'
import { useAct } from '@/components/feedback/use-act'
import { useWhyNot } from '@/components/feedback/use-why-not'
import { Button, buttonClasses } from '@/components/ui/button'
import { Preformatted } from '@/components/ui/preformatted'
import { useFigures } from '@/format/use-figures'
import { useMay } from '@/live/use-live'
import { useText } from '@/messages/use-text'
import { tracesHref } from '@/navigation/trace-href'
import type { EditedLetter } from './edit-dialog'
import { useDiscard } from './use-discard'
import { useReplayReport } from './use-replay-report'

type LetterEvent = DeadLetterView['events'][number]

/** One dead letter: its events, with what they carry, and why they failed. */
export function Letter({
  id,
  letter,
  canReplay,
  isOpen,
  onEdit,
  onChange,
}: {
  readonly id: string
  readonly letter: DeadLetterView
  readonly canReplay: boolean
  /** At first. */
  readonly isOpen: boolean
  readonly onEdit: (edited: EditedLetter) => void
  readonly onChange: () => void
}): ReactNode {
  const text = useText()
  const figures = useFigures()
  const [open, setOpen] = useState(isOpen)
  return (
    <li>
      <details
        className="group/letter px-3 py-2"
        open={open}
        onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
      >
        <summary className="flex cursor-pointer flex-wrap items-baseline gap-x-4 gap-y-1">
          <span aria-hidden className="text-faint group-open/letter:rotate-90">
            ▸
          </span>
          <time className="figures text-faint" title={figures.moment(letter.at)}>
            {figures.when(letter.at)}
          </time>
          <span className="font-mono text-[13px]">{letter.events[0]?.type}</span>
          {letter.eventCount > 1 && (
            <span className="figures text-faint">{text('deadLetters.events', { count: letter.eventCount })}</span>
          )}
          <bdi className="min-w-0 flex-1 basis-60 truncate text-muted">{letter.error.message}</bdi>
        </summary>
        {open && (
          <>
            <LetterEvents id={id} letter={letter} canReplay={canReplay} onEdit={onEdit} onChange={onChange} />
            {letter.error.stack && (
              <Preformatted
                title={`${text('deadLetters.stack')} · ${text('plugin.pluginSays')}`}
                body={letter.error.stack}
              />
            )}
          </>
        )}
      </details>
    </li>
  )
}

/** What can be done with a letter, and its events. What a large one carries is fetched when asked for. */
function LetterEvents({
  id,
  letter,
  canReplay,
  onEdit,
  onChange,
}: {
  readonly id: string
  readonly letter: DeadLetterView
  readonly canReplay: boolean
  readonly onEdit: (edited: EditedLetter) => void
  readonly onChange: () => void
}): ReactNode {
  const text = useText()
  const figures = useFigures()
  const allowed = useMay('deadLetters.replay')
  const whyNot = useWhyNot('deadLetters.replay')
  const report = useReplayReport()
  const { pending, act } = useAct()
  const { isPending: isDiscarding, discard } = useDiscard(onChange)
  const [fetched, setFetched] = useState<Readonly<Record<string, object>>>({})
  const isOff = !allowed || !canReplay || pending !== null
  const why = whyNot ?? (canReplay ? undefined : text('deadLetters.needsActive'))
  const replay = async (): Promise<void> => {
    const says = { failed: text('deadLetters.failed.replay'), as: 'replay' }
    const answer = await act('deadLetters.replay', { id, letterId: letter.id }, says)
    if (!answer) return
    report(answer)
    onChange()
  }
  const fetchEvent = async (event: LetterEvent): Promise<object | undefined> => {
    const says = { failed: text('deadLetters.failed.show'), as: event.id }
    const whole = await act('deadLetters.event', { id, letterId: letter.id, eventId: event.id }, says)
    if (whole) setFetched((before) => ({ ...before, [event.id]: whole }))
    return whole
  }
  const edit = async (event: LetterEvent): Promise<void> => {
    const whole = event.isCut ? (fetched[event.id] ?? (await fetchEvent(event))) : event
    if (whole) onEdit({ id, letterId: letter.id, event: { ...event, ...whole } })
  }
  const [first] = letter.events
  const shown = letter.events.map(({ bytes: _bytes, isCut: _isCut, ...event }) => fetched[event.id] ?? event)
  return (
    <>
      <div className="mt-3 flex flex-wrap gap-2">
        <Button size="small" pending={pending === 'replay'} disabled={isOff} title={why} onClick={() => void replay()}>
          {text('deadLetters.replay')}
        </Button>
        {first && letter.eventCount === 1 && (
          <Button
            size="small"
            pending={pending === first.id}
            disabled={isOff}
            title={why}
            onClick={() => void edit(first)}
          >
            {text('deadLetters.edit')}…
          </Button>
        )}
        <Button
          size="small"
          look="quiet"
          pending={isDiscarding}
          disabled={!allowed || pending !== null}
          title={whyNot}
          onClick={() => void discard({ id, letterIds: [letter.id] })}
        >
          {text('deadLetters.discard')}
        </Button>
        {first && letter.eventCount === 1 && (
          <Link href={tracesHref({ event: first.id })} className={buttonClasses('quiet', 'small')}>
            {text('events.showWay')} →
          </Link>
        )}
        {letter.events
          .filter((event) => event.isCut && !(event.id in fetched))
          .map((event) => (
            <Button
              key={event.id}
              size="small"
              pending={pending === event.id}
              disabled={pending !== null}
              onClick={() => void fetchEvent(event)}
            >
              {text('deadLetters.showData', { type: event.type, size: figures.bytes(event.bytes) })}
            </Button>
          ))}
      </div>
      <Preformatted
        title={text('deadLetters.payload')}
        body={JSON.stringify(shown.length === 1 ? shown[0] : shown, null, 2)}
      />
    </>
  )
}
