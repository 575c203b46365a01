'use client'

import type { PluginDetail, TimelineView } from '@plugboard/protocol'
import { useMemo, useRef, useState, type ReactNode } from 'react'
import { MoreRows } from '@/components/feedback/more-rows'
import { classes } from '@/components/ui/class-names'
import { Empty, Panel, Skeleton } from '@/components/ui/panel'
import { Preformatted } from '@/components/ui/preformatted'
import { SelectField } from '@/components/ui/select-field'
import { useWalk } from '@/hooks/use-walk'
import { useFigures } from '@/format/use-figures'
import { useAnswer } from '@/live/use-answer'
import { usePages } from '@/live/use-pages'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'
import { IncidentRow } from './incident-row'
import { settledStates } from './settled-states'

type Kind = TimelineView['kind']

const KINDS = ['all', 'state', 'failure', 'config', 'grants', 'restart-policy', 'version', 'operation'] as const
const PAGE = 100
const MAX_INCIDENTS = 50
const SIGNS: Record<TimelineView['severity'], { readonly sign: string; readonly ink: string }> = {
  info: { sign: '●', ink: 'text-faint' },
  warning: { sign: '◐', ink: 'text-warn' },
  bad: { sign: '▲', ink: 'text-bad' },
}

/** What happened to a plugin, newest first, and its incidents. */
export function HistoryTab({ detail: { view } }: { readonly detail: PluginDetail }): ReactNode {
  const text = useText()
  const say = useSay()
  const { id } = view
  const [kind, setKind] = useState<(typeof KINDS)[number]>('all')
  const { value: own, error } = useAnswer('incidents.list', { id, limit: MAX_INCIDENTS }, versionOf(view))
  return (
    <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
      <Panel
        title={text('history.title')}
        aside={
          <SelectField
            label={text('history.kind')}
            hideLabel
            value={kind}
            options={KINDS.map((value) => ({ value, label: text(`history.kinds.${value}`) }))}
            onChange={setKind}
          />
        }
      >
        <Timeline key={kind} id={id} kind={kind === 'all' ? undefined : kind} version={versionOf(view)} />
      </Panel>
      <Panel title={text('incidents.title')}>
        {!own ? (
          error ? (
            <p className="text-bad">{say.error(error)}</p>
          ) : (
            <Skeleton className="h-16" />
          )
        ) : own.length === 0 ? (
          <p className="py-4 text-muted">{text('incidents.none')}</p>
        ) : (
          <ul className="divide-y">
            {own.map((incident) => (
              <IncidentRow key={incident.id} incident={incident} />
            ))}
          </ul>
        )}
      </Panel>
    </div>
  )
}

/** Changes when something may have been added. */
function versionOf({ configRevision, state, lastError, restartPolicy }: PluginDetail['view']): string {
  return `${configRevision} ${state} ${lastError?.at} ${restartPolicy}`
}

function Timeline({
  id,
  kind,
  version,
}: {
  readonly id: string
  readonly kind: Kind | undefined
  readonly version: string
}): ReactNode {
  const text = useText()
  const say = useSay()
  const { rows, ...more } = usePages('timeline.list', { id, limit: PAGE, ...(kind && { kind }) }, version)
  const list = useRef<HTMLOListElement>(null)
  useWalk(list)
  // The filter for states shows each of them.
  const shown = useMemo(() => rows && (kind === 'state' ? rows : settledStates(rows)), [rows, kind])
  if (!rows || !shown) return more.error ? <Empty>{say.error(more.error)}</Empty> : <Skeleton className="h-64" />
  if (rows.length === 0) return <p className="py-4 text-muted">{text('history.none')}</p>
  return (
    <div className="flex flex-col gap-3">
      <ol ref={list} className="divide-y">
        {shown.map((entry) => (
          <Entry key={entry.id} entry={entry} />
        ))}
      </ol>
      <MoreRows {...more} />
    </div>
  )
}

function Entry({ entry }: { readonly entry: TimelineView }): ReactNode {
  const { at, kind, severity, actor, detail } = entry
  const text = useText()
  const say = useSay()
  const figures = useFigures()
  const { sign, ink } = SIGNS[severity]
  const says = say.happening(entry)
  // Its sentence says all of it.
  const isState = typeof detail?.state === 'string'
  const head = (
    <>
      <time className="figures w-32 shrink-0 text-[13px] text-faint" title={figures.moment(at)}>
        {figures.day(at)}
      </time>
      <span aria-hidden className={ink}>
        {sign}
      </span>
      <span className="w-24 shrink-0 text-[13px] text-muted max-sm:hidden">{text(`history.kinds.${kind}`)}</span>
      <span className={classes('min-w-0 flex-1 wrap-anywhere', severity === 'bad' && 'text-bad')}>{says}</span>
      {actor && !says.includes(actor) && <span className="text-[13px] text-faint max-sm:hidden">{actor}</span>}
    </>
  )
  return (
    <li className="py-1.5">
      {detail && Object.keys(detail).length > 0 && !isState ? (
        <details>
          <summary className="flex cursor-pointer items-baseline gap-3">{head}</summary>
          <Preformatted title={text('history.detail')} body={JSON.stringify(detail, null, 2)} />
        </details>
      ) : (
        <div className="flex items-baseline gap-3">{head}</div>
      )}
    </li>
  )
}
