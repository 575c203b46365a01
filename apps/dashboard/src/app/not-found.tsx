import type { ReactNode } from 'react'
import { MissingPage } from '@/components/shell/missing-page'

export default function NotFound(): ReactNode {
  return <MissingPage />
}
