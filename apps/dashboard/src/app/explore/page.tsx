import { Suspense, type ReactNode } from 'react'
import { ExplorePage } from '@/components/explore/explore-page'

export default function Page(): ReactNode {
  // The export has no query: what is asked for is known in the browser.
  return (
    <Suspense>
      <ExplorePage />
    </Suspense>
  )
}
