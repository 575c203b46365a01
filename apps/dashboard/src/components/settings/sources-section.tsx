'use client'

import type { SourceView } from '@plugboard/protocol'
import type { ReactNode } from 'react'
import { classes } from '@/components/ui/class-names'
import { Panel, Skeleton } from '@/components/ui/panel'
import { useFigures } from '@/format/use-figures'
import { useAnswer } from '@/live/use-answer'
import { useServerClock } from '@/live/use-server-clock'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'

const REFRESH_MS = 2_000
/** The built-in sources, which get an explanation; those of plugins and of embedders show only their name. */
const EXPLAINED = ['plugboard', 'host-machine'] as const
const INK: Readonly<Record<SourceView['state'], string>> = {
  waiting: 'bg-sunken text-muted',
  running: 'bg-good-soft text-good',
  failed: 'bg-bad-soft text-bad',
  stopped: 'bg-sunken text-muted',
}

/** Where the events of this host come from, and how each source is doing. */
export function SourcesSection(): ReactNode {
  const text = useText()
  const say = useSay()
  const { value: sources, error } = useAnswer('sources.list', {}, useServerClock(REFRESH_MS))
  return (
    <Panel title={text('settings.sources')} hint={text('sources.hint')}>
      {sources ? (
        <ul className="divide-y">
          {sources.map((source) => (
            <Source key={source.name} source={source} />
          ))}
        </ul>
      ) : error ? (
        <p className="text-bad">{say.error(error)}</p>
      ) : (
        <Skeleton className="h-24" />
      )}
    </Panel>
  )
}

function Source({
  source: { name, state, since, published, refused, lastEventAt, problem },
}: {
  readonly source: SourceView
}): ReactNode {
  const text = useText()
  const figures = useFigures()
  const explained = EXPLAINED.find((one) => one === name)
  const facts = [
    [text('sources.published'), figures.count(published)],
    [text('sources.refused'), figures.count(refused)],
    [text('sources.lastEvent'), lastEventAt === null ? text('sources.none') : figures.when(lastEventAt)],
  ] as const
  return (
    <li className="flex flex-wrap items-start gap-x-6 gap-y-2 py-3">
      <div className="min-w-0 flex-1 basis-56">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="font-medium wrap-anywhere">{name}</span>
          <span className={classes('inline-flex h-5 items-center rounded px-1.5 text-xs font-medium', INK[state])}>
            {text(`sources.state.${state}`)}
          </span>
        </p>
        <p className="figures text-[13px] text-muted" title={figures.moment(since)}>
          {explained && `${text(`sources.about.${explained}`)} · `}
          {text('sources.since', { time: figures.when(since) })}
        </p>
      </div>
      <dl className="grid w-full grid-cols-3 gap-x-6 sm:w-96">
        {facts.map(([term, value]) => (
          <div key={term} className="min-w-0">
            <dt className="text-[13px] text-faint">{term}</dt>
            <dd className="figures font-medium">{value}</dd>
          </div>
        ))}
      </dl>
      {problem !== null && (
        <p className={classes('w-full wrap-anywhere', state === 'failed' ? 'text-bad' : 'text-warn')}>{problem}</p>
      )}
    </li>
  )
}
