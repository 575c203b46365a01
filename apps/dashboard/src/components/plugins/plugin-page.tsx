'use client'

import type { PluginDetail } from '@plugboard/protocol'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import type { ComponentType, ReactNode } from 'react'
import { lazyPart, usePreload, type LazyPart } from '@/components/ui/lazy-part'
import { Empty, Skeleton } from '@/components/ui/panel'
import { Tabs } from '@/components/ui/tabs'
import { UpdatePanel } from '@/components/versions/update-panel'
import { useKeys } from '@/hooks/use-keys'
import { usePlugin } from '@/live/use-live'
import { useQueryParam } from '@/hooks/use-query'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'
import { listHref } from '@/navigation/list-href'
import { noteOpened } from '@/navigation/opened-row'
import { OverviewTab } from './overview-tab'
import { PluginHeader } from './plugin-header'
import { PLUGIN_TABS, type PluginTab } from './plugin-tabs'

type TabProps = { readonly detail: PluginDetail }

/** Loaded when it is opened. */
const later = (load: () => Promise<ComponentType<TabProps>>): LazyPart<TabProps> =>
  lazyPart(load, <Skeleton className="h-96" />)

const LATER = {
  config: later(() => import('@/components/config/config-tab').then((module) => module.ConfigTab)),
  logs: later(() => import('@/components/logs/logs-tab').then((module) => module.LogsTab)),
  deadLetters: later(() =>
    import('@/components/dead-letters/dead-letters-tab').then((module) => module.DeadLettersTab),
  ),
  performance: later(() => import('@/components/profiles/performance-tab').then((module) => module.PerformanceTab)),
  versions: later(() => import('@/components/versions/versions-tab').then((module) => module.VersionsTab)),
  permissions: later(() => import('@/components/permissions/permissions-tab').then((module) => module.PermissionsTab)),
  dependencies: later(() =>
    import('@/components/dependencies/dependencies-tab').then((module) => module.DependenciesTab),
  ),
  history: later(() => import('@/components/incidents/history-tab').then((module) => module.HistoryTab)),
}
const TABS: Readonly<Record<PluginTab, ComponentType<TabProps>>> = { overview: OverviewTab, ...LATER }
const SOON = Object.values(LATER)

export function PluginPage({ id }: { readonly id: string }): ReactNode {
  const text = useText()
  const say = useSay()
  const router = useRouter()
  const { state: detail, error } = usePlugin(id)
  const [wanted, setTab] = useQueryParam('tab')
  const tab = PLUGIN_TABS.find((one) => one === wanted) ?? 'overview'
  usePreload(SOON)
  useKeys({
    Escape: ({ target }) => {
      // In a form it leaves a field, and not the page.
      if (target instanceof HTMLInputElement) return
      noteOpened(id)
      router.push(listHref())
    },
  })

  if (error?.code === 'PLUGIN_NOT_FOUND') {
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
  if (error && !detail) return <Empty>{say.error(error)}</Empty>
  const Content = TABS[tab]
  return (
    <div className="flex flex-col gap-4">
      {error && (
        <p role="alert" className="text-bad">
          {say.error(error)}
        </p>
      )}
      {detail ? <PluginHeader view={detail.view} /> : <Skeleton className="h-16" />}
      {detail?.view.update && <UpdatePanel view={detail.view} update={detail.view.update} />}
      <Tabs
        label={text('plugin.tabs')}
        value={tab}
        items={PLUGIN_TABS.map((value) => ({
          value,
          label: text(`plugin.tab.${value}`),
          ...(value === 'deadLetters' && detail && { count: detail.view.stats.deadLetters }),
        }))}
        onChange={(next) => setTab(next === 'overview' ? null : next)}
      >
        {detail ? <Content detail={detail} /> : <Skeleton className="h-96" />}
      </Tabs>
    </div>
  )
}
