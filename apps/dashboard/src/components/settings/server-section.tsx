'use client'

import type { ManagerStatsView, Operations } from '@plugboard/protocol'
import { useState, type ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { Panel, Skeleton } from '@/components/ui/panel'
import { useFigures } from '@/format/use-figures'
import { useAct } from '@/components/feedback/use-act'
import { useAnswer } from '@/live/use-answer'
import { useMay, useTopic } from '@/live/use-live'
import { SERVER_URL } from '@/live/session-api'
import { useServerClock } from '@/live/use-server-clock'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'

type Info = Operations['server.info']['output']

/** What concerns the server as a whole. */
export function ServerSection(): ReactNode {
  const text = useText()
  const say = useSay()
  const figures = useFigures()
  const allowed = useMay('server.backup')
  const board = useTopic('board').state
  const trouble = board?.storeTrouble ?? null
  const { trouble: logTrouble, lostLines } = board?.logOutput ?? { trouble: null, lostLines: 0 }
  const { pending, act } = useAct()
  const [made, setMade] = useState<{ readonly path: string; readonly bytes: number } | null>(null)
  const backUp = async (): Promise<void> => {
    const copy = await act('server.backup', {}, { failed: text('server.backupFailed') })
    if (copy) setMade(copy)
  }
  const { value: info } = useAnswer('server.info', {})
  const now = useServerClock()
  const facts = info && [
    [text('server.version'), `${info.version} · Node ${info.nodeVersion.replace('v', '')}`],
    [text('server.host'), info.host],
    [text('server.uptime'), figures.duration(Math.max(0, now - info.startedAt) / 1_000)],
    [text('server.dataDir'), info.dataDir],
    [text('server.database'), figures.bytes(info.databaseBytes)],
    [text('server.free'), figures.bytes(info.freeBytes)],
  ]
  const held = info && board && heldBy(info.waiting, board.manager)
  return (
    <>
      <Panel title={text('server.about')}>
        {facts ? (
          <dl className="grid grid-cols-1 gap-x-6 gap-y-3 sm:grid-cols-3">
            {facts.map(([name, value]) => (
              <div key={name} className="min-w-0">
                <dt className="text-[13px] text-faint">{name}</dt>
                <dd className="figures font-medium wrap-anywhere">{value}</dd>
              </div>
            ))}
          </dl>
        ) : (
          <Skeleton className="h-24" />
        )}
      </Panel>
      <Panel title={text('server.store')}>
        <p className={trouble === null ? 'text-good' : 'text-bad'}>
          {trouble ? say.error(trouble) : text('server.storeWell')}
        </p>
      </Panel>
      <Panel title={text('server.held')} hint={text('server.heldHint')}>
        {held ? (
          <dl className="grid grid-cols-1 gap-x-6 gap-y-3 sm:grid-cols-3">
            {held.map(({ key, items, bytes, dropped }) => (
              <div key={key} className="min-w-0">
                <dt className="text-[13px] text-faint">{text(`server.holds.${key}`)}</dt>
                <dd className="figures font-medium">
                  {text('server.items', { count: items, size: figures.bytes(bytes) })}
                  {dropped > 0 && <span className="text-warn"> · {text('server.dropped', { count: dropped })}</span>}
                </dd>
              </div>
            ))}
          </dl>
        ) : (
          <Skeleton className="h-12" />
        )}
      </Panel>
      <Panel title={text('server.log')}>
        <p className={logTrouble === null ? 'text-good' : 'text-warn'}>
          {text(logTrouble === null ? 'server.logWell' : `connection.logTrouble.${logTrouble}`)}
        </p>
        {lostLines > 0 && <p className="mt-1 text-muted">{text('server.logLost', { count: lostLines })}</p>}
      </Panel>
      <Panel title={text('server.backup')} hint={text('server.backupHint')}>
        <Button pending={pending !== null} disabled={!allowed} onClick={() => void backUp()}>
          {text('server.backUpNow')}
        </Button>
        {made && (
          <p role="status" className="mt-3 text-good">
            {text('server.backedUp', { path: made.path, size: figures.bytes(made.bytes) })}
          </p>
        )}
      </Panel>
      <Panel title={text('server.api')}>
        <p className="text-muted">
          {text('server.apiHint')}{' '}
          <a href={`${SERVER_URL}/api/docs`} className="font-medium text-accent underline underline-offset-4">
            {text('server.apiDocs')}
          </a>
        </p>
      </Panel>
    </>
  )
}

interface Held {
  readonly key: 'sharedData' | 'messages' | 'disk'
  readonly items: number
  readonly bytes: number
  readonly dropped: number
}

/** What is in memory for all plugins together, each within a bound. */
function heldBy(waiting: Info['waiting'], { sharedData, waitingMessages }: ManagerStatsView): readonly Held[] {
  const sum = (of: 'items' | 'bytes' | 'dropped'): number => waiting.reduce((total, one) => total + one[of], 0)
  return [
    { key: 'sharedData', items: sharedData.keys, bytes: sharedData.bytes, dropped: 0 },
    { key: 'messages', items: waitingMessages.count, bytes: waitingMessages.bytes, dropped: 0 },
    { key: 'disk', items: sum('items'), bytes: sum('bytes'), dropped: sum('dropped') },
  ]
}
