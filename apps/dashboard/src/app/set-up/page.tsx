import type { ReactNode } from 'react'
import { SetUpForm } from '@/components/access/set-up-form'

export default function Page(): ReactNode {
  return <SetUpForm />
}
