'use client'

import type { ReactNode } from 'react'
import { BrokenPage } from '@/components/shell/broken-page'

export default function Broken({ error, reset }: { readonly error: Error; readonly reset: () => void }): ReactNode {
  return <BrokenPage error={error} onRetry={reset} />
}
