'use client'

import { OTHERS } from '@plugboard/protocol'
import type { ReactNode } from 'react'
import { classes } from '@/components/ui/class-names'
import { Panel, Skeleton } from '@/components/ui/panel'
import { useFigures } from '@/format/use-figures'
import { useTopic } from '@/live/use-live'
import { useText } from '@/messages/use-text'

const SHOWN = 12

/** How often each topic was published, the busiest first; a bar's length is its share of the busiest. */
export function TopicBars(): ReactNode {
  const text = useText()
  const figures = useFigures()
  const { state: board } = useTopic('board')
  const topics = Object.entries(board?.bus.eventsByType ?? {}).sort(([, a], [, b]) => b - a)
  const most = topics[0]?.[1] ?? 1
  return (
    <Panel title={text('events.byTopic')} hint={text('events.sinceReset')}>
      {!board ? (
        <Skeleton className="h-48" />
      ) : topics.length === 0 ? (
        <p className="py-4 text-muted">{text('events.waiting')}</p>
      ) : (
        <ul className="flex flex-col gap-2">
          {topics.slice(0, SHOWN).map(([topic, count]) => (
            <li key={topic}>
              <p className="flex items-baseline gap-3">
                <span className={classes('min-w-0 flex-1 truncate text-[13px]', topic !== OTHERS && 'font-mono')}>
                  {topic === OTHERS ? text('charts.others') : topic}
                </span>
                <span className="figures font-medium">{figures.count(count)}</span>
              </p>
              <svg
                viewBox="0 0 100 4"
                preserveAspectRatio="none"
                className="mt-1 h-1.5 w-full rounded bg-sunken"
                aria-hidden
              >
                <rect width={Math.max(0.5, (count / most) * 100)} height="4" fill="var(--color-chart-1)" />
              </svg>
            </li>
          ))}
          {topics.length > SHOWN && (
            <li className="figures text-[13px] text-faint">
              {text('events.moreTopics', { count: topics.length - SHOWN })}
            </li>
          )}
        </ul>
      )}
    </Panel>
  )
}
