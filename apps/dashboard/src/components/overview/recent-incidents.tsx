'use client'

import type { IncidentView } from '@plugboard/protocol'
import type { ReactNode } from 'react'
import { IncidentRow } from '@/components/incidents/incident-row'
import type { Zoom } from '@/components/charts/data/use-time-span'
import { Panel, Skeleton } from '@/components/ui/panel'
import { useAnswer } from '@/live/use-answer'
import { useTopic } from '@/live/use-live'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'

const SHOWN = 8
const MAX_READ = 1_000

function isOpen({ closedAt }: IncidentView): boolean {
  return closedAt === null
}

/**
 * What went wrong, each burst by its root cause: what that took down stands with it.
 * @param zoom the time that was chosen; null: lately
 */
export function RecentIncidents({ zoom }: { readonly zoom: Zoom | null }): ReactNode {
  const text = useText()
  const { state: recent } = useTopic('incidents')
  const say = useSay()
  const { value: past, error } = useAnswer('incidents.list', zoom && { ...zoom, limit: MAX_READ })
  const incidents = zoom ? past : recent
  const roots = incidents?.filter(({ rootId }) => rootId === null)
  // What is not over comes first, however old it is.
  const shown = roots && [...roots.filter(isOpen), ...roots.filter((one) => !isOpen(one))].slice(0, SHOWN)
  return (
    <Panel title={text('incidents.title')} hint={text(zoom ? 'incidents.inTime' : 'incidents.hint')}>
      {zoom && error && !past ? (
        <p className="h-72 text-bad">{say.error(error)}</p>
      ) : !shown ? (
        <Skeleton className="h-72" />
      ) : shown.length === 0 ? (
        <p className="flex h-72 items-center justify-center text-muted">{text('incidents.none')}</p>
      ) : (
        <ul className="h-72 divide-y overflow-y-auto">
          {shown.map((incident) => (
            <IncidentRow key={incident.id} incident={incident} />
          ))}
        </ul>
      )}
    </Panel>
  )
}
