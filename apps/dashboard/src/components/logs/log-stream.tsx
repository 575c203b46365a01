'use client'

import type { Operations } from '@plugboard/protocol'
import { useState, type ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { Empty, Skeleton } from '@/components/ui/panel'
import { useFollowedPages } from '@/live/use-followed-pages'
import { useOnline } from '@/live/use-live'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'
import { linesText } from './copy-lines'
import { LogLines } from './log-lines'

const PAGE = 500

/** The entries that one filter lets through. With another filter it begins anew, and follows the newest again. */
export function LogStream({
  filter,
  withDay,
  nameOf,
  onField,
}: {
  readonly filter: Omit<Operations['logs.search']['input'], 'limit' | 'before'>
  readonly withDay: boolean
  readonly nameOf: (id: string) => string
  readonly onField: (text: string) => void
}): ReactNode {
  const text = useText()
  const say = useSay()
  const online = useOnline()
  /** Somebody has scrolled back. */
  const [isHeld, setHeld] = useState(false)
  const { rows, showNewer, ...more } = useFollowedPages('logs.search', filter, { limit: PAGE, isHeld })
  if (!rows) return more.error ? <Empty>{say.error(more.error)}</Empty> : <Skeleton className="h-[60dvh]" />
  if (rows.length === 0) return <Empty>{text('logs.nothing')}</Empty>
  const lines = rows.toReversed()
  return (
    <>
      {more.error && <p className="text-bad">{say.error(more.error)}</p>}
      {showNewer && (
        <Button
          size="small"
          className="self-center"
          onClick={() => {
            setHeld(false)
            showNewer()
          }}
        >
          {text('history.newer')}
        </Button>
      )}
      <LogLines
        lines={lines}
        label={text('nav.logs')}
        withDay={withDay}
        nameOf={nameOf}
        onField={onField}
        onFollow={(follows) => setHeld(!follows)}
        top={
          more.hasMore && (
            <Button
              size="small"
              className="mb-2 font-sans"
              pending={more.isLoading}
              disabled={!online}
              onClick={more.loadMore}
            >
              {text('history.more')}
            </Button>
          )
        }
      />
      <Button size="small" className="self-end" onClick={() => save(linesText(lines))}>
        {text('logs.download')}
      </Button>
    </>
  )
}

/** As a file of the browser. */
function save(content: string): void {
  const url = URL.createObjectURL(new Blob([content], { type: 'text/plain' }))
  const link = document.createElement('a')
  link.href = url
  link.download = `plugboard-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}.log`
  link.click()
  URL.revokeObjectURL(url)
}
