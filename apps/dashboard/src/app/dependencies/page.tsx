import type { ReactNode } from 'react'
import { DependenciesPage } from '@/components/dependencies/dependencies-page'

export default function Page(): ReactNode {
  return <DependenciesPage />
}
