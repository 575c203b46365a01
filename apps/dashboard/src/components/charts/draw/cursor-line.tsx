import type { ReactNode } from 'react'
import { classes } from '@/components/ui/class-names'
import type { ChartRow } from '@/components/charts/data/buckets'
import { INSETS, type PlotProps } from './plot'

/** A line at one moment, a dot where it meets each curve, and beside it what is to be read there. */
export function CursorLine({
  row: { at, values },
  frame,
  series,
  stacked,
  ticks,
  children,
}: Pick<PlotProps, 'frame' | 'series' | 'stacked' | 'ticks'> & {
  readonly row: ChartRow
  readonly children: ReactNode
}): ReactNode {
  const share = (at - frame.from) / (frame.to - frame.from)
  const left = percent(share)
  return (
    <div aria-hidden className="pointer-events-none absolute z-10" style={INSETS}>
      <div className="absolute inset-y-0 w-px bg-line-strong" style={{ left }} />
      {!stacked &&
        series.map(({ key, color }) => {
          const value = values.get(key)
          if (typeof value !== 'number') return null
          const bottom = percent(value / ticks.at(-1)!)
          return (
            <span
              key={key}
              className="absolute size-1.5 -translate-x-1/2 translate-y-1/2 rounded-full"
              style={{ left, bottom, background: color }}
            />
          )
        })}
      <div
        className={classes('absolute top-0 w-max max-w-[min(18rem,calc(100%-0.75rem))]', share > 0.5 ? 'mr-3' : 'ml-3')}
        style={share > 0.5 ? { right: `min(${percent(1 - share)}, 30%)` } : { left: `min(${left}, 30%)` }}
      >
        {children}
      </div>
    </div>
  )
}

function percent(share: number): string {
  return `${share * 100}%`
}
