'use client'

import type { JsonValue, PluginView, StatsView } from '@plugboard/protocol'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { Panel } from '@/components/ui/panel'
import { Preformatted } from '@/components/ui/preformatted'
import { useFigures } from '@/format/use-figures'
import { useText } from '@/messages/use-text'
import { tracesHref } from '@/navigation/trace-href'
import { RestartPolicySelect } from './restart-policy-select'

/** The exact figures behind the charts, and what there is to know of the plugin. */
export function PluginFacts({ view, status }: { readonly view: PluginView; readonly status: JsonValue }): ReactNode {
  const text = useText()
  const figures = useFigures()
  const { stats } = view
  const { lastActivity } = stats
  const heap = stats.memory?.heap
  return (
    <div className="grid items-start gap-4 xl:grid-cols-2">
      <Panel
        title={text('plugin.accounts')}
        aside={
          <Link
            href={tracesHref({ plugin: view.id })}
            className="text-[13px] text-muted hover:text-ink hover:underline"
          >
            {text('traces.title')}
          </Link>
        }
      >
        <dl className="grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-3">
          <Fact name={text('plugin.figures.processed')} value={figures.count(stats.eventsProcessed)} />
          <Fact
            name={text('plugin.figures.errors')}
            value={figures.count(stats.errorCount)}
            note={text('plugin.figures.towardLimit', {
              count: figures.count(stats.errorsTowardLimit),
              limit: figures.count(view.errorLimit),
            })}
          />
          <Fact name={text('plugin.figures.lifetime')} value={figures.count(stats.lifetime.eventsProcessed)} />
          <Fact
            name={text('plugin.figures.mailbox')}
            value={figures.count(stats.mailboxDepth + stats.inFlight)}
            note={text('plugin.figures.ofBound', {
              size: figures.bytes(stats.mailboxBytes),
              bound: figures.bytes(view.bounds.mailboxBytes),
            })}
          />
          <Fact name={text('plugin.figures.dropped')} value={figures.count(stats.dropped)} />
          <Fact name={text('plugin.figures.discarded')} value={figures.count(stats.discarded)} />
          <Fact name={text('plugin.figures.inDoubt')} value={figures.count(stats.inDoubt)} />
          <Fact name={text('plugin.figures.missed')} value={figures.count(stats.missed)} />
          <Fact name={text('plugin.figures.refused')} value={figures.count(stats.publishesRefused)} />
          <Fact name={text('plugin.figures.logsDropped')} value={figures.count(stats.logsDropped)} />
          <Fact
            name={text('plugin.figures.deadLetters')}
            value={figures.count(stats.deadLetters)}
            note={figures.bytes(stats.deadLetterBytes)}
          />
          <Fact
            name={text('plugin.figures.restarts')}
            value={figures.count(stats.lifetime.restarts)}
            note={useRestartReasons(stats)}
          />
          <Fact
            name={text('plugin.figures.cpuTime')}
            value={figures.ms(stats.cpuTimeUs === null ? null : stats.cpuTimeUs / 1_000)}
            note={
              stats.cpuShare === null ? '' : text('plugin.figures.cpuNote', { share: figures.percent(stats.cpuShare) })
            }
          />
          <Fact name={text('plugin.figures.loop')} value={figures.percent(stats.eventLoopUtilization)} />
          <Fact
            name={text('plugin.figures.heap')}
            value={figures.bytes(heap?.usedBytes)}
            note={heap ? text('plugin.figures.heapNote', { external: figures.bytes(heap.externalBytes) }) : ''}
          />
          <Fact
            name={text('plugin.figures.rss')}
            value={figures.bytes(stats.memory?.rssBytes)}
            note={stats.memory ? text('plugin.figures.rssNote') : ''}
          />
          <Fact
            name={text('plugin.figures.lastActivity')}
            value={lastActivity === null ? text('plugin.figures.never') : figures.when(lastActivity)}
            title={lastActivity === null ? undefined : figures.moment(lastActivity)}
          />
        </dl>
      </Panel>
      <Panel title={text('plugin.about')}>
        {view.description && <p className="mb-3 text-muted">{view.description}</p>}
        <dl className="grid grid-cols-2 gap-x-6 gap-y-3">
          <Fact name={text('plugin.type')} value={view.pluginType} />
          <div className="min-w-0">
            <dt className="mb-1 text-[13px] text-faint">{text('plugin.restartPolicy')}</dt>
            <dd>
              <RestartPolicySelect view={view} />
            </dd>
          </div>
          <Fact name={text('plugin.author')} value={view.author || '–'} />
          <Fact name={text('plugin.license')} value={view.license || '–'} />
          <Fact name={text('plugin.events')} value={view.events.join(', ')} />
          <Fact name={text('plugin.path')} value={view.path} />
          <Fact name={text('plugin.dependencies')} value={view.dependencies.join(', ') || text('plugin.nothing')} />
        </dl>
      </Panel>
      {status !== null && (
        <Panel title={text('plugin.status')} className="xl:col-span-2">
          <Preformatted title={text('plugin.status')} body={JSON.stringify(status, null, 2)} />
        </Panel>
      )}
    </div>
  )
}

/** Why it was started again, the reasons that there were. */
function useRestartReasons({ lifetime: { restartsByReason } }: StatsView): string {
  const text = useText()
  const reasons = Object.entries(restartsByReason) as [keyof typeof restartsByReason, number][]
  return reasons
    .flatMap(([reason, count]) => (count > 0 ? [text(`plugin.figures.restartReasons.${reason}`, { count })] : []))
    .join(', ')
}

function Fact({
  name,
  value,
  note,
  title,
}: {
  readonly name: string
  readonly value: string
  readonly note?: string
  readonly title?: string | undefined
}): ReactNode {
  return (
    <div className="min-w-0">
      <dt className="text-[13px] text-faint">{name}</dt>
      <dd className="figures font-medium wrap-anywhere" title={title}>
        {value}
        {note && <span className="block text-[13px] font-normal text-muted">{note}</span>}
      </dd>
    </div>
  )
}
