'use client'

import { useRouter } from 'next/navigation'
import { useEffect, type ReactNode } from 'react'
import { useConnection } from '@/live/use-live'
import { SignInForm } from './sign-in-form'

/** The sign-in page at its own address. With a session, it leads to the board. */
export function SignInRoute(): ReactNode {
  const router = useRouter()
  const connected = useConnection().state === 'connected'
  useEffect(() => {
    if (connected) router.replace('/')
  }, [connected, router])
  return connected ? null : <SignInForm />
}
