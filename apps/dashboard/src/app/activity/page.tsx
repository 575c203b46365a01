import { Suspense, type ReactNode } from 'react'
import { ActivityPage } from '@/components/activity/activity-page'

export default function Page(): ReactNode {
  // The export has no query: what is asked for is known in the browser.
  return (
    <Suspense>
      <ActivityPage />
    </Suspense>
  )
}
