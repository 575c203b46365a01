'use client'

import type { ReactNode } from 'react'
import { classes } from '@/components/ui/class-names'
import { useFigures } from '@/format/use-figures'
import { useServerClock } from '@/live/use-server-clock'
import { useText } from '@/messages/use-text'

/** When a plugin in error is started again by itself, counted down by the server's clock. */
export function NextTry({
  at,
  short = false,
}: {
  readonly at: number
  /** Where there is no room for a sentence. */
  readonly short?: boolean
}): ReactNode {
  const text = useText()
  const figures = useFigures()
  const now = useServerClock()
  const seconds = Math.ceil((at - now) / 1_000)
  return (
    <span
      className={classes('figures whitespace-nowrap text-warn', short && 'block text-[13px]')}
      title={figures.moment(at)}
    >
      {seconds > 0
        ? text(short ? 'plugin.nextTryShort' : 'plugin.nextTry', { time: figures.duration(seconds) })
        : text('plugin.nextTryNow')}
    </span>
  )
}
