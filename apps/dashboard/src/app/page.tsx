import { Suspense, type ReactNode } from 'react'
import { OverviewPage, OverviewSkeleton } from '@/components/overview/overview-page'

export default function Page(): ReactNode {
  // The export has no query: the range of the charts is known in the browser.
  return (
    <Suspense fallback={<OverviewSkeleton />}>
      <OverviewPage />
    </Suspense>
  )
}
