'use client'

import { Tabs } from '@base-ui/react/tabs'
import type { PluginDetail } from '@plugboard/protocol'
import dynamic from 'next/dynamic'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import type { ReactNode } from 'react'
import { Empty, Skeleton } from '@/components/ui/panel'
import { useTopic } from '@/live/use-live'
import { useText } from '@/messages/use-text'
import { DeadLettersTab } from './dead-letters-tab'
import { LogsTab } from './logs-tab'
import { OverviewTab } from './overview-tab'
import { PermissionsTab } from './permissions-tab'
import { PluginHeader } from './plugin-header'
import { pluginHref } from './plugin-href'

const ConfigTab = dynamic(() => import('@/components/config/config-tab'), {
  ssr: false,
  loading: () => <Skeleton className="h-96" />,
})

const TABS = ['overview', 'config', 'logs', 'deadLetters', 'permissions'] as const
type Tab = (typeof TABS)[number]

export function PluginPage({ id, tab: wanted }: { readonly id: string; readonly tab: string | null }): ReactNode {
  const text = useText()
  const router = useRouter()
  const { state: detail, error } = useTopic(`plugin:${id}`)
  const tab: Tab = TABS.find((one) => one === wanted) ?? 'overview'

  if (error && error.code !== 'PLUGIN_NOT_FOUND') return <Empty>{error.message}</Empty>
  if (error) {
    return (
      <Empty>
        <h1 className="text-lg font-semibold text-ink">{text('plugin.notFound', { id })}</h1>
        <p>{text('plugin.notFoundHint')}</p>
        <Link href="/plugins" className="font-medium text-accent underline underline-offset-4">
          {text('plugin.back')}
        </Link>
      </Empty>
    )
  }
  return (
    <div className="flex flex-col gap-4">
      {detail ? <PluginHeader view={detail.view} /> : <Skeleton className="h-16" />}
      <Tabs.Root
        value={tab}
        onValueChange={(next) => router.replace(pluginHref(id, next as string), { scroll: false })}
      >
        <Tabs.List className="mb-4 flex gap-1 overflow-x-auto overflow-y-hidden border-b">
          {TABS.map((one) => (
            <Tabs.Tab
              key={one}
              value={one}
              className="-mb-px h-9 shrink-0 border-b-2 border-transparent px-3 font-medium whitespace-nowrap text-muted hover:text-ink data-active:border-accent data-active:text-ink"
            >
              {text(`plugin.tab.${one}`)}
              {one === 'deadLetters' && detail && detail.view.stats.deadLetters > 0 && (
                <span className="figures ml-1.5 text-faint">{detail.view.stats.deadLetters}</span>
              )}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={tab}>
          {detail ? <Content tab={tab} detail={detail} /> : <Skeleton className="h-96" />}
        </Tabs.Panel>
      </Tabs.Root>
    </div>
  )
}

function Content({ tab, detail }: { readonly tab: Tab; readonly detail: PluginDetail }): ReactNode {
  switch (tab) {
    case 'overview':
      return <OverviewTab detail={detail} />
    case 'config':
      return <ConfigTab view={detail.view} />
    case 'logs':
      return <LogsTab logs={detail.logs} />
    case 'deadLetters':
      return <DeadLettersTab id={detail.view.id} letters={detail.deadLetters} />
    case 'permissions':
      return <PermissionsTab id={detail.view.id} />
  }
}
