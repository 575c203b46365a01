import { Suspense, type ReactNode } from 'react'
import { AuditPage } from '@/components/audit/audit-page'

export default function Page(): ReactNode {
  // The export has no query: the filter is known in the browser.
  return (
    <Suspense>
      <AuditPage />
    </Suspense>
  )
}
