'use client'

import { eventsLost, LOSS_CAUSES, type Board, type LossCause, type Overview } from '@plugboard/protocol'
import type { ReactNode } from 'react'
import { Sparkline } from '@/components/charts/draw/sparkline'
import { classes } from '@/components/ui/class-names'
import { Skeleton } from '@/components/ui/panel'
import { healthLevel } from '@/components/ui/health-level'
import { useFigures } from '@/format/use-figures'
import { useText } from '@/messages/use-text'

const SPARK_SECONDS = 120
const MINUTE_MS = 60_000
const GRID = 'grid grid-cols-2 gap-3 lg:gap-4 xl:grid-cols-5'

/** The five figures of the first glance, each with what it was in the last two minutes. */
export function KeyFigures({
  board,
  overview,
}: {
  readonly board: Board | null
  readonly overview: Overview | null
}): ReactNode {
  const text = useText()
  const figures = useFigures()
  if (!board || !overview) return <FigureSkeletons />

  const rows = [...board.rows.values()]
  const enabled = rows.filter((row) => row.enabled)
  const healthy = enabled.filter((row) => row.isHealthy).length
  const disabled = rows.length - enabled.length
  const starting = enabled.filter((row) => healthLevel(row) === 'starting').length
  const warned = enabled.filter((row) => healthLevel(row) === 'warning').length
  const known = enabled.filter((row) => healthLevel(row) === 'known').length
  const isIll = enabled.some((row) => healthLevel(row) === 'unhealthy')
  const notes = [
    disabled > 0 ? text('figures.disabled', { count: disabled }) : text('figures.allEnabled'),
    ...(warned > 0 ? [text('figures.warned', { count: warned })] : []),
    ...(known > 0 ? [text('figures.known', { count: known })] : []),
    ...(starting > 0 ? [text('figures.starting', { count: starting })] : []),
  ]
  const { manager } = overview
  const last = (name: keyof typeof manager.values): number | null => manager.values[name]?.at(-1) ?? null
  // By time: before a start of the server points are five seconds apart.
  const newest = manager.at.at(-1) ?? 0
  const sparkFrom = manager.at.findIndex((at) => at > newest - SPARK_SECONDS * 1_000)
  const spark = (name: keyof typeof manager.values): readonly (number | null)[] =>
    (manager.values[name] ?? []).slice(sparkFrom)
  const { totalEventsProcessed, totalErrors } = board.manager
  const lost = lostInMinute(manager)
  const lostBy = LOSS_CAUSES.filter((cause) => lost[cause] > 0).map((cause) =>
    text(`figures.lostBy.${cause}`, { count: figures.count(lost[cause]) }),
  )

  return (
    <div className={GRID}>
      <Figure
        title={text('figures.healthy')}
        value={text('figures.healthyOf', { healthy: String(healthy), enabled: String(enabled.length) })}
        note={notes.join(', ')}
        alarm={isIll ? 'bad' : rows.length > 0 && enabled.length === 0 ? 'warn' : null}
      >
        <HealthDots
          healthy={healthy}
          known={enabled.filter((row) => !row.isHealthy && healthLevel(row) === 'known').length}
          starting={starting}
          enabled={enabled.length}
        />
      </Figure>
      <Figure
        title={text('figures.events')}
        value={figures.rate(last('eventsPerSecond'))}
        exact={figures.exact(last('eventsPerSecond'), '/s')}
        unit={text('figures.perSecond')}
        note={text('figures.total', { count: figures.count(totalEventsProcessed) })}
      >
        <Sparkline values={spark('eventsPerSecond')} />
      </Figure>
      <Figure
        title={text('figures.errorRate')}
        value={figures.percent(last('errorRate60s'))}
        exact={figures.exact(percentOf(last('errorRate60s')), '%')}
        unit={text('figures.last60')}
        note={text('figures.errorsTotal', { count: totalErrors })}
      >
        <Sparkline
          values={spark('errorRate60s')}
          {...(spark('errorRate60s').some((rate) => rate !== null && rate > 0) && { color: 'var(--color-bad)' })}
        />
      </Figure>
      <Figure
        title={text('figures.lost')}
        value={figures.count(lost.total)}
        unit={text('figures.perMinute')}
        note={lost.total === 0 ? text('figures.lostNone') : lostBy.join(', ')}
        alarm={lost.total > 0 ? 'warn' : null}
      >
        <Sparkline values={lostRates(manager, sparkFrom)} {...(lost.total > 0 && { color: 'var(--color-warn)' })} />
      </Figure>
      <Figure
        title={text('figures.memory')}
        value={figures.bytes(last('memoryBytes'))}
        exact={figures.exact(last('memoryBytes'), 'B')}
        note={text('figures.guests', { count: rows.filter((row) => row.memoryBytes !== null).length })}
      >
        <Sparkline values={spark('memoryBytes')} color="var(--color-chart-2)" />
      </Figure>
    </div>
  )
}

/** Events lost in the last minute, by cause: the rates of each second, added up. */
function lostInMinute({ at, values }: Overview['manager']): Readonly<Record<LossCause | 'total', number>> {
  const from = at.findIndex((moment) => moment > (at.at(-1) ?? 0) - MINUTE_MS)
  const sum = (cause: LossCause): number => {
    const rates = (values[`${cause}PerSecond`] ?? []).slice(from)
    return Math.round(rates.reduce<number>((total, rate) => total + (rate ?? 0), 0))
  }
  const counts = {
    dropped: sum('dropped'),
    discarded: sum('discarded'),
    inDoubt: sum('inDoubt'),
    missed: sum('missed'),
  }
  return { ...counts, total: eventsLost(counts) }
}

function lostRates({ at, values }: Overview['manager'], from: number): readonly (number | null)[] {
  return at.slice(from).map((_, index) => {
    const rates = LOSS_CAUSES.map((cause) => values[`${cause}PerSecond`]?.[from + index] ?? null)
    return rates.every((rate) => rate === null) ? null : rates.reduce<number>((sum, rate) => sum + (rate ?? 0), 0)
  })
}

function percentOf(share: number | null): number | null {
  return share === null ? null : share * 100
}

function Figure({
  title,
  value,
  unit,
  exact,
  note,
  alarm = null,
  children,
}: {
  readonly title: string
  readonly value: string
  readonly unit?: string
  /** Without rounding, shown on hover. */
  readonly exact?: string
  readonly note: string
  readonly alarm?: 'bad' | 'warn' | null
  readonly children: ReactNode
}): ReactNode {
  return (
    <div
      role="group"
      aria-label={title}
      className={classes(
        'flex min-w-0 flex-col rounded-lg border bg-surface px-4 py-3 max-xl:last:col-span-2',
        alarm === 'bad' && 'border-bad',
        alarm === 'warn' && 'border-warn',
      )}
    >
      <h2 className="text-[13px] font-medium text-muted">{title}</h2>
      <p className="mt-1 flex flex-wrap items-baseline gap-x-2" title={exact}>
        <span
          className={classes(
            'figures text-2xl leading-8 font-semibold',
            alarm === 'bad' && 'text-bad',
            alarm === 'warn' && 'text-warn',
          )}
        >
          {value}
        </span>
        {unit && <span className="text-[13px] text-faint">{unit}</span>}
      </p>
      <div className="mt-1 h-8">{children}</div>
      <p className="figures mt-1 line-clamp-2 min-h-10 text-[13px] text-faint" title={note}>
        {note}
      </p>
    </div>
  )
}

/** Of those that are healthy, known and starting; the others are not well. */
const DOTS = ['rounded-full bg-good', 'rounded-full bg-line-strong', 'rounded-full border-2 border-warn']

/** One mark per enabled plugin, as long as they can be told apart. */
function HealthDots({
  healthy,
  known,
  starting,
  enabled,
}: {
  readonly healthy: number
  readonly known: number
  readonly starting: number
  readonly enabled: number
}): ReactNode {
  const shown = Math.min(enabled, 24)
  const share = (count: number): number => (enabled === 0 ? 0 : Math.floor((count / enabled) * shown))
  // One that warns is healthy, also where that is known.
  const ends = [share(healthy), share(healthy + known), share(healthy + known + starting)]
  return (
    <div className="flex h-8 items-center gap-1" aria-hidden>
      {Array.from({ length: shown }, (_, index) => (
        <span
          key={index}
          className={classes('h-3 max-w-6 flex-1', DOTS[ends.findIndex((end) => index < end)] ?? 'rounded-none bg-bad')}
        />
      ))}
    </div>
  )
}

function FigureSkeletons(): ReactNode {
  return (
    <div className={GRID}>
      {[0, 1, 2, 3, 4].map((index) => (
        <Skeleton key={index} className="h-[162px] rounded-lg max-xl:last:col-span-2" />
      ))}
    </div>
  )
}
