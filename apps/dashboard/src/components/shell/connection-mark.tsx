'use client'

import { useEffect, useState, type ReactNode } from 'react'
import { classes } from '@/components/ui/class-names'
import { Button, Spinner } from '@/components/ui/button'
import { useFigures } from '@/format/use-figures'
import { useClient } from '@/live/client-context'
import { useAnswer } from '@/live/use-answer'
import { useConnection, useTopic } from '@/live/use-live'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'

export function ConnectionMark(): ReactNode {
  const text = useText()
  const { state } = useConnection()
  const live = state === 'connected'
  return (
    <span
      role="status"
      className={classes('inline-flex items-center gap-1.5 text-[13px] font-medium', live ? 'text-good' : 'text-muted')}
    >
      {live ? (
        <span aria-hidden className="size-2 rounded-full bg-good" />
      ) : state === 'outdated' ? (
        <span aria-hidden className="size-2 rounded-full bg-warn" />
      ) : (
        <Spinner className="size-3" />
      )}
      <span className="max-sm:sr-only">
        {live
          ? text('connection.connected')
          : state === 'connecting'
            ? text('connection.connecting')
            : state === 'outdated'
              ? text('connection.old')
              : text('connection.reconnecting')}
      </span>
    </span>
  )
}

/** Says that the server can write nothing down: what is changed now would be gone, and is refused. */
export function StoreBar(): ReactNode {
  const text = useText()
  const say = useSay()
  const trouble = useTopic('board').state?.storeTrouble ?? null
  if (trouble === null) return null
  return (
    <div role="alert" className="border-b border-bad bg-bad-soft px-4 py-1.5 font-medium text-bad lg:px-8">
      {text('connection.storeTrouble')} {say.error(trouble)}
    </div>
  )
}

/** Says that the log of the server cannot be written. Nothing else is affected. */
export function LogBar(): ReactNode {
  const text = useText()
  const { trouble, lostLines } = useTopic('board').state?.logOutput ?? { trouble: null, lostLines: 0 }
  if (trouble === null) return null
  return (
    <div role="alert" className="border-b border-warn bg-warn-soft px-4 py-1.5 font-medium text-warn lg:px-8">
      {text(`connection.logTrouble.${trouble}`)} {text('connection.logTrouble.lost', { count: lostLines })}
    </div>
  )
}

/** Says that no plugin runs because the server was told to start none. */
export function SafeBar(): ReactNode {
  const text = useText()
  const { value: server } = useAnswer('server.info', {})
  if (server?.isSafe !== true) return null
  return (
    <div role="status" className="border-b border-warn bg-warn-soft px-4 py-1.5 font-medium text-warn lg:px-8">
      {text('connection.safe')}
    </div>
  )
}

/** Says why the board does not come up: the server refuses this address, or nothing answers. */
export function RefusedBar(): ReactNode {
  const text = useText()
  const { state, since, reason } = useConnection()
  const isLate = useIsLate(state === 'connecting' ? since : null)
  if (state !== 'connecting' || (reason === null && !isLate)) return null
  const isOrigin = reason === 'ORIGIN_REFUSED' || reason === 'HOST_REFUSED'
  return (
    <div role="alert" className="border-b border-warn bg-warn-soft px-4 py-1.5 font-medium text-warn lg:px-8">
      {isOrigin ? text('connection.originRefused', { origin: window.location.origin }) : text('connection.noAnswer')}
    </div>
  )
}

const LATE_MS = 10_000

/** Whether so much has passed since then. */
function useIsLate(since: number | null): boolean {
  const [lateSince, setLateSince] = useState<number | null>(null)
  useEffect(() => {
    if (since === null) return
    const timer = setTimeout(() => setLateSince(since), LATE_MS)
    return () => clearTimeout(timer)
  }, [since])
  return since !== null && lateSince === since
}

/** Warns that the shown data is old, or that the page itself is an old version. */
export function StaleBar(): ReactNode {
  const text = useText()
  const figures = useFigures()
  const client = useClient()
  const { state } = useConnection()
  if (state !== 'reconnecting' && state !== 'outdated') return null
  const heardAt = client?.lastHeardAt() ?? null
  return (
    <div
      role="alert"
      className="sticky top-0 z-30 flex items-center gap-2 border-b border-warn bg-warn-soft px-4 py-1.5 font-medium text-warn lg:px-8"
    >
      {state === 'outdated' ? (
        <>
          {text('connection.outdated')}
          <Button size="small" onClick={() => window.location.reload()}>
            {text('connection.reload')}
          </Button>
        </>
      ) : (
        <>
          <Spinner className="size-3" />
          {heardAt === null ? text('connection.stale') : text('connection.staleSince', { time: figures.when(heardAt) })}
        </>
      )}
    </div>
  )
}
