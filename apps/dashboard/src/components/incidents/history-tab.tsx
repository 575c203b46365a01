'use client'

import type { PluginDetail, TimelineView } from '@plugboard/protocol'
import { useMemo, useRef, useState, type ReactNode } from 'react'
import { ActivityEntry } from '@/components/activity/activity-entry'
import { activityRuns } from '@/components/activity/activity-runs'
import { PLUGIN_KINDS } from '@/components/activity/kinds'
import { settledStates } from '@/components/activity/settled-states'
import { MoreRows } from '@/components/feedback/more-rows'
import { Empty, Panel, Skeleton } from '@/components/ui/panel'
import { SelectField } from '@/components/ui/select-field'
import { useWalk } from '@/hooks/use-walk'
import { useAnswer } from '@/live/use-answer'
import { usePages } from '@/live/use-pages'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'
import { IncidentRow } from './incident-row'

type Kind = TimelineView['kind']

const KINDS = ['all', ...PLUGIN_KINDS] as const
const PAGE = 100
const MAX_INCIDENTS = 50

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
  const runs = useMemo(() => rows && activityRuns(kind === 'state' ? rows : settledStates(rows)), [rows, kind])
  if (!runs) return more.error ? <Empty>{say.error(more.error)}</Empty> : <Skeleton className="h-64" />
  if (runs.length === 0) return <p className="py-4 text-muted">{text('history.none')}</p>
  return (
    <div className="flex flex-col gap-3">
      <ol ref={list} className="divide-y">
        {runs.map((run) => (
          <ActivityEntry key={run.entry.id} run={run} />
        ))}
      </ol>
      <MoreRows {...more} />
    </div>
  )
}
