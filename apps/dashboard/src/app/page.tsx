import type { ReactNode } from 'react'
import { OverviewPage } from '@/components/overview/overview-page'

export default function Page(): ReactNode {
  return <OverviewPage />
}
