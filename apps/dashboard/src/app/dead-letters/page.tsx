import { Suspense, type ReactNode } from 'react'
import { DeadLettersPage } from '@/components/dead-letters/dead-letters-page'

export default function Page(): ReactNode {
  // The export has no query: what is asked for is known in the browser.
  return (
    <Suspense>
      <DeadLettersPage />
    </Suspense>
  )
}
