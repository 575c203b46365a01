'use client'

import type { Operations, TimelineView } from '@plugboard/protocol'
import { useMemo, useRef, useState, type ReactNode } from 'react'
import { MoreRows } from '@/components/feedback/more-rows'
import { Button } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'
import { PageHeader } from '@/components/ui/page-header'
import { Empty, Skeleton } from '@/components/ui/panel'
import { PluginSelect } from '@/components/ui/plugin-select'
import { SelectField } from '@/components/ui/select-field'
import { useTimeSpan } from '@/components/charts/data/use-time-span'
import { SpanText } from '@/components/charts/draw/span-text'
import { useQueryParam } from '@/hooks/use-query'
import { useWalk } from '@/hooks/use-walk'
import { useFigures } from '@/format/use-figures'
import { useAnswer } from '@/live/use-answer'
import { rowsById } from '@/live/rows-by-id'
import { sortedRows } from '@/live/sorted-rows'
import { useFollowedPages } from '@/live/use-followed-pages'
import { useTopic } from '@/live/use-live'
import { useServerClock } from '@/live/use-server-clock'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'
import { ActivityEntry } from './activity-entry'
import { activityRuns, withoutConsequences, type ActivityRun } from './activity-runs'
import { KINDS } from './kinds'
import { settledStates } from './settled-states'
import { useLastLook } from './use-last-look'

const PAGE = 200
const MINUTE_MS = 60_000
/** What is shown around a moment that was looked for. Less of what came after it: the newest entries come first. */
const BEFORE_MS = 10 * MINUTE_MS
const AFTER_MS = 2 * MINUTE_MS
const SPANS = { '15m': 15, '1h': 60, '24h': 1_440, '7d': 10_080 } as const
type Span = keyof typeof SPANS | 'all' | 'look'

/** One stream of all that happened: states, failures, configs, permissions, versions, operations and the server. */
export function ActivityPage(): ReactNode {
  const text = useText()
  const figures = useFigures()
  const [kind, setKind] = useQueryParam('kind')
  const [plugin, setPlugin] = useQueryParam('plugin')
  const [actor, setActor] = useQueryParam('person')
  const [span, setSpan] = useQueryParam('span')
  const [around, setAround] = useQueryParam('around')
  const { zoom, setZoom } = useTimeSpan()
  const lastLook = useLastLook()
  const now = useServerClock(MINUTE_MS)
  // When the span was chosen: a list whose beginning moved on would be read anew again and again.
  const [chosen, setChosen] = useState({ span, at: now })
  if (chosen.span !== span) setChosen({ span, at: now })
  const { state: board } = useTopic('board')
  const { value: actors } = useAnswer('timeline.actors', {})
  const moment = momentOf(around)
  const between = moment === null ? zoom : { from: moment - BEFORE_MS, to: moment + AFTER_MS }
  const from = between ? between.from : beginOf(span, { now: chosen.at, lastLook })
  const input = {
    ...(isKind(kind) && { kind }),
    ...(plugin !== null && { id: plugin }),
    ...(actor !== null && { actor }),
    ...(from !== null && { from }),
    // What ends later than now goes on.
    ...(between && between.to <= chosen.at && { to: between.to }),
  }
  const names = board ? sortedRows(board.rows) : []
  const spans: Span[] = ['all', '15m', '1h', '24h', '7d', ...(lastLook === null ? [] : (['look'] as const))]
  return (
    <div className="flex flex-col gap-4">
      <PageHeader title={text('nav.activity')}>
        <div className="grid grid-cols-2 items-center gap-2 max-sm:w-full sm:flex">
          <PluginSelect className="sm:max-w-44" value={plugin} plugins={names} onChange={setPlugin} />
          <SelectField
            label={text('history.kind')}
            hideLabel
            value={isKind(kind) ? kind : 'all'}
            options={(['all', ...KINDS] as const).map((one) => ({ value: one, label: text(`history.kinds.${one}`) }))}
            onChange={(next) => setKind(next === 'all' ? null : next)}
          />
          <SelectField
            label={text('activity.person')}
            hideLabel
            className="sm:max-w-44"
            value={actor ?? ''}
            options={[
              { value: '', label: text('activity.everybody') },
              ...(actors ?? (actor === null ? [] : [actor])).map((name) => ({ value: name, label: name })),
            ]}
            onChange={setActor}
          />
          {between === null ? (
            <SelectField
              label={text('activity.time')}
              hideLabel
              value={spans.find((one) => one === span) ?? 'all'}
              options={spans.map((one) => ({ value: one, label: text(`activity.spans.${one}`) }))}
              onChange={(next) => setSpan(next === 'all' ? null : next)}
            />
          ) : (
            <Button
              size="small"
              onClick={() => {
                setAround(null)
                setZoom(null)
              }}
              aria-label={text('charts.backToLive')}
            >
              {moment === null ? (
                <SpanText {...between} />
              ) : (
                <span className="figures">{text('activity.around', { time: figures.when(moment) })}</span>
              )}
              <Icon name="cross" className="size-3" />
            </Button>
          )}
        </div>
      </PageHeader>
      <section aria-label={text('nav.activity')} className="min-w-0 rounded-lg border bg-surface px-4 py-2">
        <Stream
          key={JSON.stringify(input)}
          input={input}
          moment={moment}
          lastLook={lastLook}
          // One that was unloaded has its id only.
          nameOf={(id) => (board && rowsById(board.rows).get(id)?.name) ?? id}
          notBefore={between ? null : beginOf(span, { now, lastLook })}
        />
      </section>
    </div>
  )
}

function Stream({
  input,
  moment,
  lastLook,
  nameOf,
  notBefore,
}: {
  readonly input: Omit<Operations['timeline.list']['input'], 'limit' | 'before'>
  readonly moment: number | null
  readonly lastLook: number | null
  readonly nameOf: (id: string) => string
  /** The span that was chosen has moved on since. */
  readonly notBefore: number | null
}): ReactNode {
  const text = useText()
  const say = useSay()
  const { rows: known, showNewer, ...more } = useFollowedPages('timeline.list', input, { limit: PAGE })
  const rows = useMemo(
    () => known?.filter(({ at }) => notBefore === null || at >= notBefore) ?? null,
    [known, notBefore],
  )
  const list = useRef<HTMLOListElement>(null)
  useWalk(list)
  const runs = useMemo(
    // The filter for states shows each of them.
    () => rows && activityRuns(input.kind === 'state' ? rows : withoutConsequences(settledStates(rows))),
    [rows, input.kind],
  )
  if (!runs) return more.error ? <Empty>{say.error(more.error)}</Empty> : <Skeleton className="h-96" />
  if (runs.length === 0) return <p className="py-4 text-muted">{text('activity.none')}</p>
  const marked = moment === null ? null : nearestTo(runs, moment)
  return (
    <div className="flex flex-col gap-3">
      {showNewer && (
        <Button size="small" className="self-center" onClick={showNewer}>
          {text('history.newer')}
        </Button>
      )}
      <ol ref={list} className="divide-y">
        {runs.map((run, index) => (
          <Line
            key={run.entry.id}
            run={run}
            isMarked={run === marked}
            nameOf={nameOf}
            // Between what is new and what was there at the last look.
            lastLook={isFirstSeen(runs, index, lastLook) ? lastLook : null}
          />
        ))}
      </ol>
      <MoreRows {...more} />
    </div>
  )
}

function Line({
  run,
  isMarked,
  nameOf,
  lastLook,
}: {
  readonly run: ActivityRun
  readonly isMarked: boolean
  readonly nameOf: (id: string) => string
  readonly lastLook: number | null
}): ReactNode {
  const text = useText()
  const figures = useFigures()
  return (
    <>
      {lastLook !== null && (
        <li className="flex items-center gap-3 py-1 text-[13px] text-accent">
          <span aria-hidden className="h-px flex-1 bg-accent" />
          {text('activity.lastLook', { time: figures.when(lastLook) })}
          <span aria-hidden className="h-px flex-1 bg-accent" />
        </li>
      )}
      <ActivityEntry run={run} nameOf={nameOf} isMarked={isMarked} />
    </>
  )
}

function isFirstSeen(runs: readonly ActivityRun[], index: number, lastLook: number | null): boolean {
  if (lastLook === null || index === 0) return false
  return runs[index]!.entry.at <= lastLook && runs[index - 1]!.entry.at > lastLook
}

function nearestTo(runs: readonly ActivityRun[], moment: number): ActivityRun | null {
  const distance = ({ entry: { at } }: ActivityRun): number => Math.abs(at - moment)
  return runs.reduce<ActivityRun | null>(
    (nearest, run) => (nearest === null || distance(run) < distance(nearest) ? run : nearest),
    null,
  )
}

function beginOf(
  span: string | null,
  { now, lastLook }: { readonly now: number; readonly lastLook: number | null },
): number | null {
  if (span === 'look') return lastLook
  return span !== null && Object.hasOwn(SPANS, span) ? now - SPANS[span as keyof typeof SPANS] * MINUTE_MS : null
}

function momentOf(text: string | null): number | null {
  const moment = Number(text)
  return text !== null && Number.isSafeInteger(moment) && moment > 0 ? moment : null
}

function isKind(value: string | null): value is TimelineView['kind'] {
  return KINDS.some((kind) => kind === value)
}
