import { Suspense, type ReactNode } from 'react'
import { MatrixPage } from '@/components/permissions/matrix-page'

export default function Page(): ReactNode {
  // The export has no query: what is asked for is known in the browser.
  return (
    <Suspense>
      <MatrixPage />
    </Suspense>
  )
}
