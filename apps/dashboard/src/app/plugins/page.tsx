import { Suspense, type ReactNode } from 'react'
import { PluginsRoute } from '@/components/plugins/plugins-route'

export default function Page(): ReactNode {
  // The export has no query: what depends on it is drawn in the browser.
  return (
    <Suspense>
      <PluginsRoute />
    </Suspense>
  )
}
