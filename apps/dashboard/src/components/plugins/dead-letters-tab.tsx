'use client'

import type { DeadLetterView, PluginDetail, ReplayView } from '@plugboard/protocol'
import { useRef, useState, type ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { Empty } from '@/components/ui/panel'
import { Preformatted } from '@/components/ui/preformatted'
import { useToast } from '@/components/ui/toasts'
import { useWalk } from '@/hooks/use-walk'
import { useFigures } from '@/format/use-figures'
import { useAct } from '@/components/feedback/use-act'
import { useMay, useOnline } from '@/live/use-live'
import { useWhyNot } from '@/components/feedback/use-why-not'
import { useText } from '@/messages/use-text'

/** The events that failed, newest first, each with why. */
export function DeadLettersTab({ detail: { view, deadLetters } }: { readonly detail: PluginDetail }): ReactNode {
  const text = useText()
  const allowed = useMay('deadLetters.replayMany')
  const whyNot = useWhyNot('deadLetters.replayMany')
  const reportReplay = useReplayReport()
  const { pending, act } = useAct()
  const online = useOnline()
  const list = useRef<HTMLUListElement>(null)
  useWalk(list)
  const { deadLetters: total, deadLettersEvicted: evicted } = view.stats
  const { shown, isLoading, loadMore, forget, forgetAll } = useOlderLetters(view.id, deadLetters, total)
  if (deadLetters.length === 0) return <Empty>{text('deadLetters.empty')}</Empty>
  const replayAll = async (): Promise<void> => {
    const answer = await act('deadLetters.replayMany', { id: view.id }, { failed: text('deadLetters.failed.replay') })
    if (!answer) return
    forgetAll()
    reportReplay(answer)
  }
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <p className="figures mr-auto text-[13px] text-muted">
          {text('deadLetters.count', { count: total })}
          {shown.length < total && ` · ${text('deadLetters.shown', { count: String(shown.length) })}`}
          {evicted > 0 && ` · ${text('deadLetters.evicted', { count: evicted })}`}
        </p>
        <Button
          pending={pending !== null}
          disabled={!allowed || view.state !== 'active'}
          title={whyNot ?? (view.state === 'active' ? undefined : text('deadLetters.needsActive'))}
          onClick={() => void replayAll()}
        >
          {text('deadLetters.replayAll')}
        </Button>
      </div>
      <ul ref={list} className="divide-y rounded-lg border bg-surface">
        {shown.map((letter) => (
          <Letter
            key={letter.id}
            id={view.id}
            letter={letter}
            canReplay={view.state === 'active'}
            onGone={() => forget(letter.id)}
          />
        ))}
      </ul>
      {shown.length < total && (
        <Button className="self-start" pending={isLoading} disabled={!online} onClick={() => void loadMore()}>
          {text('history.more')}
        </Button>
      )}
    </div>
  )
}

interface OlderLetters {
  /** The newest first: those that come by themselves, then the older ones that were asked for. */
  readonly shown: readonly DeadLetterView[]
  readonly isLoading: boolean
  readonly loadMore: () => Promise<void>
  /** One of them was replayed or discarded. */
  readonly forget: (letterId: string) => void
  /** All were replayed: which are left is asked again. */
  readonly forgetAll: () => void
}

/** @param total how many there are */
function useOlderLetters(id: string, newest: readonly DeadLetterView[], total: number): OlderLetters {
  const text = useText()
  const { pending, act } = useAct()
  const [older, setOlder] = useState<readonly DeadLetterView[]>([])
  const oldestNew = Number(newest.at(-1)?.id ?? Infinity)
  // Those that newer ones have pushed out of the newest are not asked for again: the next page begins behind what is shown.
  const shown = [...newest, ...older.filter((letter) => Number(letter.id) < oldestNew)].slice(0, total)
  return {
    shown,
    isLoading: pending !== null,
    loadMore: async () => {
      // From the newest on, so that there is no gap where letters came meanwhile.
      const before = older.length === 0 || hasGap(newest, older) ? oldestNew : Number(shown.at(-1)?.id)
      const page = await act('deadLetters.list', { id, before }, { failed: text('deadLetters.failed.show') })
      if (page) setOlder((letters) => (before === oldestNew ? page : [...letters, ...page]))
    },
    forget: (letterId) => setOlder((letters) => letters.filter((letter) => letter.id !== letterId)),
    forgetAll: () => setOlder([]),
  }
}

/** Whether letters between the two may be missing. */
function hasGap(newest: readonly DeadLetterView[], older: readonly DeadLetterView[]): boolean {
  const oldestNew = Number(newest.at(-1)?.id ?? 0)
  return oldestNew > Number(older[0]?.id ?? 0) + 1
}

function Letter({
  id,
  letter,
  canReplay,
  onGone,
}: {
  readonly id: string
  readonly letter: DeadLetterView
  readonly canReplay: boolean
  readonly onGone: () => void
}): ReactNode {
  const text = useText()
  const figures = useFigures()
  const [open, setOpen] = useState(false)
  return (
    <li>
      <details className="group px-4 py-2.5" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary className="flex cursor-pointer flex-wrap items-baseline gap-x-4 gap-y-1">
          <span aria-hidden className="text-faint group-open:rotate-90">
            ▸
          </span>
          <time className="figures text-faint" title={figures.moment(letter.at)}>
            {figures.when(letter.at)}
          </time>
          <span className="font-mono text-[13px]">{letter.events[0]?.type}</span>
          {letter.eventCount > 1 && (
            <span className="figures text-faint">{text('deadLetters.events', { count: letter.eventCount })}</span>
          )}
          <span className="min-w-0 flex-1 basis-60 truncate text-bad">{letter.error.message}</span>
          <span className="text-[13px] text-muted">{text(`deadLetters.reason.${letter.reason}`)}</span>
        </summary>
        {open && (
          <>
            <LetterActions id={id} letterId={letter.id} canReplay={canReplay} onGone={onGone} />
            <LetterEvents id={id} letter={letter} />
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

/** What an event carries is fetched when asked for, where it is large. */
function LetterEvents({ id, letter }: { readonly id: string; readonly letter: DeadLetterView }): ReactNode {
  const text = useText()
  const figures = useFigures()
  const { pending, act } = useAct()
  const [fetched, setFetched] = useState<Readonly<Record<string, object>>>({})
  const show = async (eventId: string): Promise<void> => {
    const says = { failed: text('deadLetters.failed.show'), as: eventId }
    const event = await act('deadLetters.event', { id, letterId: letter.id, eventId }, says)
    if (event) setFetched((before) => ({ ...before, [eventId]: event }))
  }
  const events = letter.events.map(({ bytes: _bytes, isCut: _isCut, ...event }) => fetched[event.id] ?? event)
  return (
    <>
      <div className="mt-3 flex flex-wrap gap-2 empty:hidden">
        {letter.events
          .filter((event) => event.isCut && !(event.id in fetched))
          .map((event) => (
            <Button
              key={event.id}
              size="small"
              pending={pending === event.id}
              disabled={pending !== null}
              onClick={() => void show(event.id)}
            >
              {text('deadLetters.showData', { type: event.type, size: figures.bytes(event.bytes) })}
            </Button>
          ))}
      </div>
      <Preformatted title={text('deadLetters.payload')} body={JSON.stringify(events, null, 2)} />
    </>
  )
}

function LetterActions({
  id,
  letterId,
  canReplay,
  onGone,
}: {
  readonly id: string
  readonly letterId: string
  readonly canReplay: boolean
  /** The letter is no longer held: it was discarded, or all of its events were handled. */
  readonly onGone: () => void
}): ReactNode {
  const text = useText()
  const allowed = useMay('deadLetters.replay')
  const whyNot = useWhyNot('deadLetters.replay')
  const { pending, act } = useAct()
  const reportReplay = useReplayReport()
  const [asking, setAsking] = useState(false)
  const replay = async (): Promise<void> => {
    const says = { failed: text('deadLetters.failed.replay'), as: 'replay' }
    const answer = await act('deadLetters.replay', { id, letterId }, says)
    if (!answer) return
    if (!answer.isRunning && !answer.kept) onGone()
    reportReplay(answer)
  }
  const discard = async (): Promise<void> => {
    const says = { failed: text('deadLetters.failed.discard'), done: text('deadLetters.discarded'), as: 'discard' }
    if ((await act('deadLetters.discard', { id, letterId }, says)) !== undefined) onGone()
  }
  return (
    <div className="mt-3 flex gap-2">
      <Button
        size="small"
        pending={pending === 'replay'}
        disabled={!allowed || !canReplay || pending !== null}
        title={whyNot ?? (canReplay ? undefined : text('deadLetters.needsActive'))}
        onClick={() => void replay()}
      >
        {text('deadLetters.replay')}
      </Button>
      <Button
        size="small"
        look="quiet"
        pending={pending === 'discard'}
        disabled={!allowed || pending !== null}
        onClick={() => setAsking(true)}
      >
        {text('deadLetters.discard')}…
      </Button>
      {asking && (
        <ConfirmDialog
          title={text('deadLetters.confirm')}
          description={text('deadLetters.discardExplains')}
          action={text('deadLetters.discard')}
          disabled={!allowed}
          onClose={() => setAsking(false)}
          onConfirm={() => void discard()}
        />
      )}
    </div>
  )
}

/** Says what became of a replay. Anything but a complete success stays on the screen. */
function useReplayReport(): (replay: ReplayView) => void {
  const text = useText()
  const toast = useToast()
  return ({ handled, failed, kept, error, isRunning }) => {
    if (isRunning) return toast({ kind: 'good', title: text('deadLetters.replayed.running', { count: handled }) })
    if (failed === 0 && !kept)
      return toast({ kind: 'good', title: text('deadLetters.replayed.handled', { count: handled }) })
    toast({
      kind: 'bad',
      title: error
        ? text('deadLetters.replayed.failed', { error: `${error.name}: ${error.message}` })
        : text('deadLetters.replayed.stopped'),
      description: text('deadLetters.replayed.counts', { handled, kept: kept ?? 0 }),
    })
  }
}
