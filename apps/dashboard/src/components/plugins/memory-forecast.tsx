'use client'

import type { PluginDetail, TimelineView } from '@plugboard/protocol'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { rhythmOf, timeToLimit } from '@/components/charts/data/forecast'
import { buttonClasses } from '@/components/ui/button'
import { useFigures } from '@/format/use-figures'
import { useAnswer } from '@/live/use-answer'
import { useText } from '@/messages/use-text'
import { pluginHref } from '@/navigation/plugin-href'

const MAX_READ = 500
/** A start takes memory for a moment, which is no leak. */
const SETTLE_MS = 10_000

/** When the plugin will be out of memory at this slope, and how often it was; nothing where it will not. */
export function MemoryForecast({ detail: { view, series } }: { readonly detail: PluginDetail }): ReactNode {
  const text = useText()
  const figures = useFigures()
  const { id, name, activeSince, bounds, stats } = view
  const leftMs =
    activeSince === null
      ? null
      : timeToLimit(series, { name: 'memoryBytes', limit: bounds.memoryBytes, since: activeSince + SETTLE_MS })
  const { value } = useAnswer(
    'timeline.list',
    leftMs === null ? null : { id, kind: 'state', limit: MAX_READ },
    stats.lifetime.restarts,
  )
  if (leftMs === null) return null
  const rhythm = rhythmOf((value ?? []).filter(ranOutOfMemory).map(({ at }) => at))
  return (
    <p
      role="status"
      className="flex flex-wrap items-center gap-x-4 gap-y-2 rounded-lg border border-warn bg-warn-soft px-4 py-2 text-warn"
    >
      <span className="figures min-w-0 flex-1 basis-72">
        <span className="font-medium">
          {text('forecast.memory', {
            time: figures.duration(leftMs / 1_000),
            limit: figures.bytes(bounds.memoryBytes),
          })}
        </span>{' '}
        {rhythm && text('forecast.before', { times: rhythm.times, every: figures.duration(rhythm.everyMs / 1_000) })}
      </span>
      <Link
        href={pluginHref(id, 'performance')}
        aria-label={`${text('forecast.record')} ${name}`}
        className={buttonClasses('plain', 'small')}
      >
        {text('forecast.record')}
      </Link>
    </p>
  )
}

function ranOutOfMemory({ detail }: TimelineView): boolean {
  const error = detail?.error
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'OUT_OF_MEMORY'
}
