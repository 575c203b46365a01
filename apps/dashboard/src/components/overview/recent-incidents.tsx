'use client'

import type { ReactNode } from 'react'
import { IncidentRow } from '@/components/incidents/incident-row'
import { Panel, Skeleton } from '@/components/ui/panel'
import { useTopic } from '@/live/use-live'
import { useText } from '@/messages/use-text'

const SHOWN = 8

/** What went wrong lately, each burst by its root cause: what that took down stands with it. */
export function RecentIncidents(): ReactNode {
  const text = useText()
  const { state: incidents } = useTopic('incidents')
  const roots = incidents?.filter(({ rootId }) => rootId === null).slice(0, SHOWN)
  return (
    <Panel title={text('incidents.title')} hint={text('incidents.hint')}>
      {!roots ? (
        <Skeleton className="h-72" />
      ) : roots.length === 0 ? (
        <p className="flex h-72 items-center justify-center text-muted">{text('incidents.none')}</p>
      ) : (
        <ul className="h-72 divide-y overflow-y-auto">
          {roots.map((incident) => (
            <IncidentRow key={incident.id} incident={incident} />
          ))}
        </ul>
      )}
    </Panel>
  )
}
