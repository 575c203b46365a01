'use client'

import dynamic from 'next/dynamic'
import { useRouter } from 'next/navigation'
import { useState, type ReactNode } from 'react'
import { useKeys } from '@/components/ui/use-keys'

const KeyHelpDialog = dynamic(() => import('./key-help-dialog').then((module) => module.KeyHelpDialog), { ssr: false })

/** The keys that work on every page: `?` lists all there are. */
export function KeyHelp(): ReactNode {
  const router = useRouter()
  const [open, setOpen] = useState(false)
  useKeys({
    '?': () => setOpen(true),
    '1': () => router.push('/'),
    '2': () => router.push('/plugins'),
    '3': () => router.push('/events'),
    '4': () => router.push('/dependencies'),
  })
  return open && <KeyHelpDialog onClose={() => setOpen(false)} />
}
