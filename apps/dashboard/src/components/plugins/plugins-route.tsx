'use client'

import dynamic from 'next/dynamic'
import { useSearchParams } from 'next/navigation'
import type { ReactNode } from 'react'
import { Skeleton } from '@/components/ui/panel'
import { PluginsPage } from './plugins-page'

const PluginPage = dynamic(() => import('./plugin-page').then((module) => module.PluginPage), {
  loading: () => <Skeleton className="h-16" />,
})

export function PluginsRoute(): ReactNode {
  const query = useSearchParams()
  const id = query.get('id')
  return id === null ? <PluginsPage /> : <PluginPage key={id} id={id} />
}
