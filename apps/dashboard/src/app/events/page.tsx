import { Suspense, type ReactNode } from 'react'
import { EventsPage } from '@/components/events/events-page'

export default function Page(): ReactNode {
  // The export has no query: the filter of the tail is known in the browser.
  return (
    <Suspense>
      <EventsPage />
    </Suspense>
  )
}
