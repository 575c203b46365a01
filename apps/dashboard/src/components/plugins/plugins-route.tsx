'use client'

import { useSearchParams } from 'next/navigation'
import type { ReactNode } from 'react'
import { PluginPage } from './plugin-page'
import { PluginsPage } from './plugins-page'

export function PluginsRoute(): ReactNode {
  const query = useSearchParams()
  const id = query.get('id')
  return id === null ? <PluginsPage /> : <PluginPage key={id} id={id} tab={query.get('tab')} />
}
