'use client'

import { useSearchParams } from 'next/navigation'
import type { ReactNode } from 'react'
import { lazyPart, usePreload } from '@/components/ui/lazy-part'
import { Skeleton } from '@/components/ui/panel'
import { PluginsPage } from './plugins-page'

const PluginPage = lazyPart(
  () => import('./plugin-page').then((module) => module.PluginPage),
  <Skeleton className="h-16" />,
)
const SOON = [PluginPage]

export function PluginsRoute(): ReactNode {
  const query = useSearchParams()
  usePreload(SOON)
  const id = query.get('id')
  return id === null ? <PluginsPage /> : <PluginPage key={id} id={id} />
}
