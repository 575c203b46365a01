import type { ReactNode } from 'react'
import { JoinForm } from '@/components/access/join-form'

export default function Page(): ReactNode {
  return <JoinForm />
}
