import { Suspense, type ReactNode } from 'react'
import { SettingsPage } from '@/components/settings/settings-page'

export default function Page(): ReactNode {
  // The export has no query: the section is known in the browser.
  return (
    <Suspense>
      <SettingsPage />
    </Suspense>
  )
}
