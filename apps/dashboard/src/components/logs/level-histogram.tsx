'use client'

import type { LogLevel, Operations } from '@plugboard/protocol'
import { useMemo, type ReactNode } from 'react'
import type { Frame } from '@/components/charts/data/buckets'
import type { Zoom } from '@/components/charts/data/use-time-span'
import { Skeleton } from '@/components/ui/panel'
import { useFigures } from '@/format/use-figures'
import { useText } from '@/messages/use-text'

type Bar = Operations['logs.histogram']['output']['bars'][number]

/** From the bottom of a bar to its top. */
const LEVELS = ['error', 'warn', 'info', 'debug'] as const satisfies readonly LogLevel[]
const INK: Record<LogLevel, string> = {
  error: 'bg-bad',
  warn: 'bg-warn',
  info: 'bg-accent/60',
  debug: 'bg-line-strong',
}
/** As short as a zoom may be. */
const LEAST_MS = 5_000

/** How many entries of each level there are over time; a bar leads into its time. */
export function LevelHistogram({
  counted,
  onZoom,
}: {
  /** What was counted, and between which moments; null while it is not known. */
  readonly counted: { readonly histogram: Operations['logs.histogram']['output']; readonly frame: Frame } | null
  readonly onZoom: (zoom: Zoom) => void
}): ReactNode {
  const text = useText()
  const figures = useFigures()
  const most = useMemo(() => Math.max(1, ...(counted?.histogram.bars ?? []).map(sumOf)), [counted])
  if (!counted) return <Skeleton className="h-16" />
  const {
    histogram: { stepMs, bars },
    frame,
  } = counted
  const spanMs = frame.to - frame.from
  return (
    <div>
      <ul aria-label={text('logs.histogram')} className="relative h-16 overflow-hidden rounded-md border bg-surface">
        {bars.map((bar) => (
          <li
            key={bar.at}
            className="absolute bottom-0 h-full px-px"
            style={{ left: `${((bar.at - frame.from) / spanMs) * 100}%`, width: `${(stepMs / spanMs) * 100}%` }}
          >
            <button
              type="button"
              title={titleOf(bar)}
              aria-label={titleOf(bar)}
              onClick={() => onZoom({ from: bar.at, to: bar.at + Math.max(stepMs, LEAST_MS) })}
              className="flex size-full flex-col-reverse hover:bg-sunken"
            >
              {LEVELS.map((level) => (
                <span
                  key={level}
                  className={`w-full ${INK[level]}`}
                  style={{ height: `${(bar[level] / most) * 100}%` }}
                />
              ))}
            </button>
          </li>
        ))}
      </ul>
      <p className="figures flex justify-between px-1 text-xs text-faint">
        <span>{figures.when(frame.from)}</span>
        {bars.length > 0 && <span>{text('logs.most', { count: most, step: figures.duration(stepMs / 1_000) })}</span>}
        <span>{figures.when(frame.to)}</span>
      </p>
    </div>
  )

  function titleOf(bar: Bar): string {
    const counts = LEVELS.filter((level) => bar[level] > 0).map((level) => `${bar[level]} ${level}`)
    return `${figures.when(bar.at)}: ${counts.join(', ')}`
  }
}

function sumOf(bar: Bar): number {
  return LEVELS.reduce((sum, level) => sum + bar[level], 0)
}
