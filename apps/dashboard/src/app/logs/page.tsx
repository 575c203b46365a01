import { Suspense, type ReactNode } from 'react'
import { LogsPage } from '@/components/logs/logs-page'

export default function Page(): ReactNode {
  // The export has no query: what is asked for is known in the browser.
  return (
    <Suspense>
      <LogsPage />
    </Suspense>
  )
}
