'use client'

import type { ReactNode } from 'react'
import { useFigures } from '@/format/use-figures'
import { useServerClock } from '@/live/use-server-clock'
import { useText } from '@/messages/use-text'

/** When a plugin in error is started again by itself, counted down by the server's clock. */
export function NextTry({ at }: { readonly at: number }): ReactNode {
  const text = useText()
  const figures = useFigures()
  const now = useServerClock()
  const seconds = Math.ceil((at - now) / 1_000)
  return (
    <span className="figures whitespace-nowrap text-warn" title={figures.moment(at)}>
      {seconds > 0 ? text('plugin.nextTry', { time: figures.duration(seconds) }) : text('plugin.nextTryNow')}
    </span>
  )
}
