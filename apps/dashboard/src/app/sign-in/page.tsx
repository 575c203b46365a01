import type { ReactNode } from 'react'
import { SignInRoute } from '@/components/access/sign-in-route'

export default function Page(): ReactNode {
  return <SignInRoute />
}
